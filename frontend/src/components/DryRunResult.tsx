// What a dry run would make: files as a tree to look into, changes outside, output and log.
import { Alert, Stack, Tabs } from '@mantine/core';
import { useState } from 'react';
import type { TryDraftMutation } from '../gql/operations';
import { Said } from './Said';
import { strings } from '../strings';
import { CodeText } from './CodeText';
import classes from './DryRunResult.module.css';
import { FileTree } from './FileTree';

export type DryRun = TryDraftMutation['dryRunTemplate'];

export function DryRunResult({ result }: { result: DryRun }) {
  if (result.problems.length > 0) {
    return (
      <Alert color="red" variant="light" title={strings.dryRun.refused} role="alert">
        {result.problems.map((problem, index) => (
          <div key={index}>
            <Said text={problem.message} />
          </div>
        ))}
      </Alert>
    );
  }
  const hasOutput = typeof result.output === 'object' && result.output !== null && Object.keys(result.output).length > 0;
  return (
    <Tabs defaultValue={result.files.length > 0 ? 'files' : 'log'} keepMounted={false}>
      <Tabs.List>
        {result.files.length > 0 && <Tabs.Tab value="files">{strings.dryRun.files}</Tabs.Tab>}
        {result.effects.length > 0 && <Tabs.Tab value="effects">{strings.dryRun.effects}</Tabs.Tab>}
        {hasOutput && <Tabs.Tab value="output">{strings.dryRun.made}</Tabs.Tab>}
        <Tabs.Tab value="log">{strings.dryRun.log}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="files" pt="sm" className={classes.pane ?? ''}>
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
      <FileTree paths={files.map((one) => one.path)} chosen={file?.path} choose={setChosen} />
      {file && (file.content === null ? <p className={classes.quiet}>{strings.dryRun.noText}</p> : <CodeText text={file.content} />)}
    </div>
  );
}
