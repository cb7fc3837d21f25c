// The files of a draft: the template, and what lies beside it.
import { ActionIcon, Button, Text, TextInput } from '@mantine/core';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { FileTree } from '../../components/FileTree';
import classes from './EditorPage.module.css';
import { TEMPLATE } from './start';
import { words } from './strings';
import type { Editor } from './useEditor';

export function Files({ editor }: { editor: Editor }) {
  const { files, skipped } = editor.draft;
  const there = files ?? [];
  const remove = (path: string) => editor.changeFiles(there.filter((one) => one.path !== path), editor.file === path ? TEMPLATE : editor.file);
  return (
    <section aria-label={words.files} className={classes.files}>
      <FileTree
        paths={[TEMPLATE, ...there.map((one) => one.path).sort()]}
        chosen={editor.file}
        choose={editor.open}
        beside={(path) =>
          path !== TEMPLATE && (
            <ActionIcon size={24} variant="subtle" color="gray" aria-label={words.removeFile(path)} onClick={() => remove(path)}>
              <X size={13} aria-hidden />
            </ActionIcon>
          )
        }
      />
      {files === null ? (
        <Text size="xs" c="dimmed">
          {words.unknownFiles}
        </Text>
      ) : (
        <NewFile
          taken={(path) => path === TEMPLATE || there.some((one) => one.path === path)}
          add={(path) => editor.changeFiles([...there, { path, content: '', executable: false }], path)}
        />
      )}
      {skipped > 0 && (
        <Text size="xs" c="dimmed">
          {words.skipped(skipped)}
        </Text>
      )}
    </section>
  );
}

function NewFile({ taken, add }: { taken: (path: string) => boolean; add: (path: string) => void }) {
  const [path, setPath] = useState<string | null>(null);
  const [error, setError] = useState('');
  if (path === null) {
    return (
      <Button size="compact-xs" variant="subtle" justify="flex-start" leftSection={<Plus size={13} aria-hidden />} onClick={() => setPath('')}>
        {words.addFile}
      </Button>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const wanted = path.trim().replace(/^(\.\/)+/, '');
        if (!isBelow(wanted)) return setError(words.pathWrong);
        if (taken(wanted)) return setError(words.pathTaken);
        add(wanted);
        setPath(null);
      }}
    >
      <TextInput
        size="xs"
        autoFocus
        aria-label={words.newPath}
        placeholder={words.newPathPlaceholder}
        value={path}
        error={error}
        onChange={(event) => {
          setPath(event.currentTarget.value);
          setError('');
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setPath(null);
        }}
      />
    </form>
  );
}

const isBelow = (path: string): boolean => path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
