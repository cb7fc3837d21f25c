// The graph of a task's steps: in their order on a line, with arcs to the earlier steps whose output they use.
import { UnstyledButton } from '@mantine/core';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { TaskStatus } from '../../components/TaskStatus';
import { formatDuration } from '../../format';
import { strings } from '../../strings';
import { words } from './strings';
import type { TaskData } from './taskData';
import classes from './Steps.module.css';

type Step = TaskData['steps'][number];

interface Props {
  steps: Step[];
  /** The step whose log alone is shown. */
  chosen: string | null;
  choose: (step: string | null) => void;
}

const ICON_MIDDLE = 19;
const ICON_LEFT = 41;

export function Steps({ steps, chosen, choose }: Props) {
  const now = useNow(steps.some((step) => step.status === 'PROCESSING'));
  const names = new Map(steps.map((step) => [step.id, step.name || step.id]));
  const arcs = arcsOf(steps);
  const list = useRef<HTMLOListElement>(null);
  const tops = useTops(list, steps.length);
  return (
    <ol ref={list} className={classes.steps} data-arcs={arcs.length > 0 || undefined}>
      {arcs.length > 0 && (
        <svg className={classes.arcs} aria-hidden>
          {arcs.map(([from, to]) => (
            <path key={`${from}-${to}`} d={arc(tops[from], tops[to], to - from)} data-lit={chosen === steps[to]?.id || chosen === steps[from]?.id || undefined} />
          ))}
        </svg>
      )}
      {steps.map((step) => {
        const name = step.name || step.id;
        const far = step.uses.map((id) => names.get(id) ?? id);
        return (
          <li key={step.id} className={classes.step} data-status={step.status} aria-current={step.status === 'PROCESSING' ? 'step' : undefined}>
            <span className={classes.node}>
              <TaskStatus status={step.status} word={false} />
            </span>
            <div className={classes.words}>
              <UnstyledButton
                className={classes.name}
                aria-pressed={chosen === step.id}
                title={words.onlyStep(name)}
                onClick={() => choose(chosen === step.id ? null : step.id)}
              >
                {name}
              </UnstyledButton>
              <div className={classes.action}>{step.action}</div>
              {far.length > 0 && <div className={classes.aside}>{words.uses(far.join(', '))}</div>}
              {step.condition && <Written label={words.condition} text={step.condition} />}
              {step.each && <Written label={words.each} text={step.each} />}
              {step.error && <div className={classes.error}>{step.error}</div>}
            </div>
            <span className={classes.time}>
              {step.startedAt
                ? formatDuration((step.finishedAt ? Date.parse(step.finishedAt) : now) - Date.parse(step.startedAt))
                : strings.task.statuses[step.status]}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function Written({ label, text }: { label: string; text: string }) {
  return (
    <div className={classes.aside}>
      {label} <code>{text}</code>
    </div>
  );
}

/** From and to, as places in the list; a neighbour is joined by the line already. */
function arcsOf(steps: Step[]): [number, number][] {
  const places = new Map(steps.map((step, place) => [step.id, place]));
  return steps.flatMap((step, to) =>
    step.uses.map((id): [number, number] => [places.get(id) ?? to, to]).filter(([from]) => to - from > 1),
  );
}

function arc(from: number | undefined, to: number | undefined, distance: number): string {
  if (from === undefined || to === undefined) return '';
  const bend = ICON_LEFT - Math.min(38, 12 + distance * 7);
  return `M ${ICON_LEFT - 11} ${from + ICON_MIDDLE} C ${bend} ${from + ICON_MIDDLE + 14}, ${bend} ${to + ICON_MIDDLE - 14}, ${ICON_LEFT - 11} ${to + ICON_MIDDLE}`;
}

/** How far each row is from the top of the list, kept right while the rows change their height. */
function useTops(list: React.RefObject<HTMLOListElement | null>, count: number): number[] {
  const [tops, setTops] = useState<number[]>([]);
  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const measure = () => setTops([...element.querySelectorAll('li')].map((row) => row.offsetTop));
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [list, count]);
  return tops;
}

/** The present moment, moving while something runs. */
function useNow(moving: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!moving) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [moving]);
  return now;
}
