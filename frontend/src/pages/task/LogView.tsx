// The log: follows its end as long as one stands at the end.
import { Button } from '@mantine/core';
import { Download } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Card } from '../../components/Card';
import { formatClock, formatUtc } from '../../format';
import { strings } from '../../strings';
import classes from './TaskPage.module.css';
import type { LogLine } from './useTaskLog';

const NEAR_END = 40;

interface Props {
  lines: LogLine[];
  steps: { id: string; name: string }[];
  live: boolean;
}

export function LogView({ lines, steps, live }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  useEffect(() => {
    const element = box.current;
    if (element && following.current) element.scrollTop = element.scrollHeight;
  }, [lines]);
  const names = new Map(steps.map((step) => [step.id, step.name || step.id]));

  function save() {
    const text = lines.map((line) => `${line.at} ${line.level} ${line.stepId ?? ''} ${line.message}`).join('\n');
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    link.download = 'task.log';
    link.click();
    URL.revokeObjectURL(link.href);
  }

  return (
    <Card
      flush
      title={strings.task.log}
      actions={
        lines.length > 0 && (
          <Button size="compact-sm" variant="subtle" color="gray" leftSection={<Download size={14} aria-hidden />} onClick={save}>
            {strings.task.download}
          </Button>
        )
      }
    >
      <div
        ref={box}
        className={classes.log}
        role="log"
        aria-live={live ? 'polite' : 'off'}
        aria-label={strings.task.log}
        tabIndex={0}
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          following.current = scrollHeight - scrollTop - clientHeight < NEAR_END;
        }}
      >
        {lines.map((line, index) => (
          <div key={line.id}>
            {line.stepId !== null && line.stepId !== lines[index - 1]?.stepId && (
              <div className={classes.logStep}>{names.get(line.stepId) ?? line.stepId}</div>
            )}
            <div className={classes.logLine} data-level={line.level.toLowerCase()}>
              <time dateTime={line.at} title={formatUtc(line.at)}>
                {formatClock(line.at)}
              </time>
              <span>{line.message}</span>
            </div>
          </div>
        ))}
        {lines.length === 0 && <div className={classes.logEmpty}>{live ? strings.task.waiting : strings.task.noLog}</div>}
      </div>
    </Card>
  );
}
