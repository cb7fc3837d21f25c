// The log: follows its end as long as one stands at the end; searched, narrowed to a level or a step, saved.
import { Button, SegmentedControl } from '@mantine/core';
import { ArrowDownToLine, Download } from 'lucide-react';
import { useDeferredValue, useEffect, useRef, useState } from 'react';
import { Card } from '../../components/Card';
import { SearchField } from '../../components/SearchField';
import { download } from '../../download';
import { strings } from '../../strings';
import { LogChunk } from './LogChunk';
import classes from './LogView.module.css';
import { words } from './strings';
import type { TaskData } from './taskData';
import type { LogLine } from './useTaskLog';

const NEAR_END = 40;
const CHUNK = 200;

type Level = keyof typeof words.levels;
const SHOWN: Record<Level, string[]> = { all: [], warning: ['warning', 'error'], error: ['error'] };

interface Props {
  lines: LogLine[];
  steps: TaskData['steps'];
  live: boolean;
  /** The only step to show. */
  step: string | null;
  everyStep: () => void;
}

export function LogView({ lines, steps, live, step, everyStep }: Props) {
  const [search, setSearch] = useState('');
  const [level, setLevel] = useState<Level>('all');
  const query = useDeferredValue(search.trim().toLowerCase());
  const shown = lines.filter(
    (line) =>
      (step === null || line.stepId === step) &&
      (level === 'all' || SHOWN[level].includes(line.level.toLowerCase())) &&
      (query === '' || line.message.toLowerCase().includes(query)),
  );
  const names = Object.fromEntries(steps.map((one) => [one.id, one.name || one.id]));
  const narrowed = step !== null || level !== 'all' || query !== '';

  return (
    <Card
      flush
      title={strings.task.log}
      count={narrowed ? words.matches(shown.length) : undefined}
      actions={
        lines.length > 0 && (
          <Button size="compact-sm" variant="subtle" color="gray" leftSection={<Download size={14} aria-hidden />} onClick={() => save(lines)}>
            {strings.task.download}
          </Button>
        )
      }
    >
      <div className={classes.tools}>
        <SearchField value={search} onChange={setSearch} placeholder={words.logSearch} className={classes.search ?? ''} />
        <SegmentedControl
          size="xs"
          aria-label={words.level}
          value={level}
          onChange={(value) => setLevel(value as Level)}
          data={Object.entries(words.levels).map(([value, label]) => ({ value, label }))}
        />
        {step !== null && (
          <Button size="compact-sm" variant="light" onClick={everyStep} title={words.everyStep}>
            {words.stepShown(names[step] ?? step)} ×
          </Button>
        )}
      </div>
      <Lines lines={shown} names={names} query={query} live={live}>
        {shown.length === 0 && (
          <div className={classes.empty}>{lines.length > 0 ? words.noneMatch : live ? strings.task.waiting : strings.task.noLog}</div>
        )}
      </Lines>
    </Card>
  );
}

interface LinesProps {
  lines: LogLine[];
  names: Record<string, string>;
  query: string;
  live: boolean;
  children: React.ReactNode;
}

function Lines({ lines, names, query, live, children }: LinesProps) {
  const box = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(true);
  const toEnd = () => box.current?.scrollTo({ top: box.current.scrollHeight });
  useEffect(() => {
    if (following) toEnd();
  }, [lines, following]);
  const chunks = Array.from({ length: Math.ceil(lines.length / CHUNK) }, (_, at) => lines.slice(at * CHUNK, (at + 1) * CHUNK));
  return (
    <div className={classes.frame}>
      <div
        ref={box}
        className={classes.log}
        role="log"
        aria-live={live ? 'polite' : 'off'}
        aria-label={strings.task.log}
        tabIndex={0}
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          setFollowing(scrollHeight - scrollTop - clientHeight < NEAR_END);
        }}
      >
        {chunks.map((chunk, at) => (
          <LogChunk key={chunk[0]?.id} lines={chunk} before={chunks[at - 1]?.at(-1)?.stepId} names={names} query={query} />
        ))}
        {children}
      </div>
      {!following && (
        <Button className={classes.toEnd} size="compact-sm" variant="default" leftSection={<ArrowDownToLine size={14} aria-hidden />} onClick={toEnd}>
          {words.toEnd}
        </Button>
      )}
    </div>
  );
}

function save(lines: LogLine[]) {
  const text = lines.map((line) => `${line.at} ${line.level} ${line.stepId ?? ''} ${line.message}`).join('\n');
  download('task.log', text, 'text/plain');
}
