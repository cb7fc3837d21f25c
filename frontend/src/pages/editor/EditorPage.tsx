// The editor of templates: the text and its files, beside it the form, the mistakes and a dry run; on a phone one at a time.
import { Button, Select, Tabs } from '@mantine/core';
import { useHotkeys, useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Download, Play, RotateCcw, SearchX } from 'lucide-react';
import { useState } from 'react';
import { useOperation } from '../../api/hooks';
import { Card } from '../../components/Card';
import { PageLink } from '../../components/links';
import { PageHeader } from '../../components/PageHeader';
import { EmptyState, ErrorState, RowsSkeleton } from '../../components/states';
import { EditorTemplates } from '../../gql/operations';
import { strings } from '../../strings';
import { CodeEditor } from './CodeEditor';
import { DraftForm } from './DraftForm';
import { DryRunPart } from './DryRunPart';
import classes from './EditorPage.module.css';
import { Files } from './Files';
import { Findings } from './Findings';
import { forget, kept } from './kept';
import { save } from './save';
import { readTemplate, SMALL, type Draft } from './start';
import { words } from './strings';
import { useEditor, type Editor, type Part } from './useEditor';

const SMALL_ONE = '';
const PHONE = '(max-width: 62em)';

const route = getRouteApi('/shell/create/editor');

export function EditorPage() {
  const name = route.useSearch().template ?? SMALL_ONE;
  const [round, setRound] = useState(0);
  const again = () => {
    forget(name);
    setRound(round + 1);
  };
  return <Start key={`${name} ${round}`} name={name} again={again} />;
}

/** Reads the template, unless this tab has a draft of it already. */
function Start({ name, again }: { name: string; again: () => void }) {
  const [mine] = useState(() => kept(name) ?? (name === SMALL_ONE ? SMALL : null));
  const read = useQuery({ queryKey: ['template of', name], queryFn: () => readTemplate(`template:${name}`), enabled: mine === null, gcTime: 0 });
  const start = mine ?? read.data?.draft;
  if (start) return <Parts name={name} start={start} again={again} />;
  return (
    <>
      <Header name={name} />
      <Card>
        {read.error ? (
          <ErrorState error={read.error} retry={() => void read.refetch()} />
        ) : read.isSuccess ? (
          <EmptyState icon={SearchX} title={words.missing}>
            {read.data ? words.noText : words.missingHint(`template:${name}`)}
          </EmptyState>
        ) : (
          <RowsSkeleton rows={12} />
        )}
      </Card>
    </>
  );
}

function Header({ name, children }: { name: string; children?: React.ReactNode }) {
  const navigate = route.useNavigate();
  const templates = useOperation(EditorTemplates, {}, { staleTime: 60_000 }).data?.templates.nodes ?? [];
  const places = templates.map((one) => ({ value: `${one.namespace}/${one.name}`, label: one.displayName }));
  const known = name === SMALL_ONE || places.some(({ value }) => value === name) ? [] : [{ value: name, label: name }];
  return (
    <>
      <PageHeader
        title={words.title}
        description={words.description}
        eyebrow={<PageLink to="/create">{strings.nav.create}</PageLink>}
      />
      <div className={classes.bar}>
        <Select
          aria-label={words.startFrom}
          searchable
          allowDeselect={false}
          className={classes.start}
          value={name}
          data={[{ value: SMALL_ONE, label: words.small }, ...known, ...places]}
          onChange={(value) => void navigate({ search: value ? { template: value } : {} })}
        />
        {children}
      </div>
    </>
  );
}

function Parts({ name, start, again }: { name: string; start: Draft; again: () => void }) {
  const editor = useEditor(name, start);
  const isPhone = useMediaQuery(PHONE, undefined, { getInitialValueInEffect: false });
  useHotkeys([['mod+Enter', editor.run]], [], true);
  const part = editor.part === 'text' && !isPhone ? 'form' : editor.part;
  const findings = editor.reading.data?.draft.findings.length ?? 0;
  const tabs: Part[] = [...(isPhone ? (['text'] as const) : []), 'form', 'findings', 'dryRun'];
  return (
    <>
      <Header name={name}>
        <Button variant="default" title={words.startOverHint} leftSection={<RotateCcw size={15} aria-hidden />} onClick={again}>
          {words.startOver}
        </Button>
        <Button variant="default" leftSection={<Download size={15} aria-hidden />} onClick={() => save(editor.draft)}>
          {words.download}
        </Button>
        <Button leftSection={<Play size={15} aria-hidden />} loading={editor.dryRun.isPending} aria-keyshortcuts="Control+Enter Meta+Enter" onClick={editor.run}>
          {strings.dryRun.tryIt}
        </Button>
      </Header>
      <Tabs className={classes.root} value={part} onChange={(value) => editor.setPart(value as Part)} keepMounted={false}>
        {!isPhone && <Writing editor={editor} />}
        <Tabs.List className={classes.list} aria-label={words.parts}>
          {tabs.map((tab) => (
            <Tabs.Tab key={tab} value={tab}>
              {words.tabs[tab]}{' '}
              {tab === 'findings' && findings > 0 && <span className={classes.count}>{findings}</span>}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {isPhone && (
          <Tabs.Panel value="text">
            <Writing editor={editor} />
          </Tabs.Panel>
        )}
        <Tabs.Panel value="form" className={classes.panel}>
          <DraftForm editor={editor} />
        </Tabs.Panel>
        <Tabs.Panel value="findings" className={classes.panel}>
          <Findings editor={editor} />
        </Tabs.Panel>
        <Tabs.Panel value="dryRun" className={classes.panel} aria-live="polite">
          <DryRunPart editor={editor} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function Writing({ editor }: { editor: Editor }) {
  return (
    <section aria-label={words.tabs.text} className={classes.writing}>
      <Files editor={editor} />
      <div className={classes.written}>
        <CodeEditor path={editor.file} text={editor.text} marks={editor.marks} target={editor.target} onChange={editor.changeText} />
        <div className={classes.leave}>{words.leave}</div>
      </div>
    </section>
  );
}
