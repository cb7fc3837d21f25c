// What a dry run would make: files as a tree to look into, changes outside, output and log.
import { Alert, Stack, Tabs, UnstyledButton } from '@mantine/core';
import { File } from 'lucide-react';
import { useState } from 'react';
import { CodeText } from '../../components/CodeText';
import type { TryDraftMutation } from '../../gql/operations';
import classes from './ActionsPage.module.css';
import { words } from './strings';

export type DryRun = TryDraftMutation['dryRunTemplate'];

export function DryRunResult({ result }: { result: DryRun }) {
  if (result.problems.length > 0) {
    return (
      <Alert color="red" variant="light" title={words.refused} role="alert">
        {result.problems.map((problem, index) => (
          <div key={index}>{problem.message}</div>
        ))}
      </Alert>
    );
  }
  const hasOutput = typeof result.output === 'object' && result.output !== null && Object.keys(result.output).length > 0;
  return (
    <Tabs defaultValue={result.files.length > 0 ? 'files' : 'log'} keepMounted={false}>
      <Tabs.List>
        {result.files.length > 0 && <Tabs.Tab value="files">{words.files}</Tabs.Tab>}
        {result.effects.length > 0 && <Tabs.Tab value="effects">{words.effects}</Tabs.Tab>}
        {hasOutput && <Tabs.Tab value="output">{words.made}</Tabs.Tab>}
        <Tabs.Tab value="log">{words.log}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="files" pt="sm">
        <Files files={result.files} />
      </Tabs.Panel>
      <Tabs.Panel value="effects" pt="sm">
        <Stack gap={4} component="ul" className={classes.effects ?? ''}>
          {result.effects.map((effect, index) => (
            <li key={index}>
              <strong>{effect.verb}</strong> {effect.target}
            </li>
          ))}
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="output" pt="sm">
        <CodeText text={JSON.stringify(result.output, null, 2)} numbers={false} />
      </Tabs.Panel>
      <Tabs.Panel value="log" pt="sm">
        <CodeText text={result.log.map((line) => line.message).join('\n')} numbers={false} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Files({ files }: { files: DryRun['files'] }) {
  const [chosen, setChosen] = useState(files[0]?.path);
  const file = files.find((one) => one.path === chosen) ?? files[0];
  return (
    <div className={classes.files}>
      <ul className={classes.tree}>
        {treeOf(files.map((one) => one.path)).map(({ path, name, depth, isFolder }) => (
          <li key={path} style={{ paddingLeft: depth * 14 }} className={isFolder ? classes.folder : undefined}>
            {isFolder ? (
              name
            ) : (
              <UnstyledButton className={classes.file} aria-current={path === file?.path} onClick={() => setChosen(path)}>
                <File size={13} aria-hidden /> {name}
              </UnstyledButton>
            )}
          </li>
        ))}
      </ul>
      {file && <CodeText text={file.content ?? ''} />}
    </div>
  );
}

interface Row {
  path: string;
  name: string;
  depth: number;
  isFolder: boolean;
}

/** Files in their order, each folder named once above what is in it. */
function treeOf(paths: string[]): Row[] {
  const rows = new Map<string, Row>();
  for (const path of paths) {
    const parts = path.split('/');
    parts.forEach((part, depth) => {
      const isFolder = depth < parts.length - 1;
      const own = parts.slice(0, depth + 1).join('/') + (isFolder ? '/' : '');
      if (!rows.has(own)) rows.set(own, { path: own, name: isFolder ? `${part}/` : part, depth, isFolder });
    });
  }
  return [...rows.values()];
}
