// What a task has changed outside, what became of it, and what is left of an undone one.
import { Alert } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { Card } from '../../components/Card';
import { EntityLink } from '../../components/links';
import classes from './Plan.module.css';
import { words } from './strings';
import type { TaskData } from './taskData';

export function Effects({ task }: { task: TaskData }) {
  const left = task.effects.filter((effect) => effect.state === 'LEFT');
  if (task.effects.length === 0) return null;
  return (
    <Card title={words.effects}>
      {left.length > 0 && (
        <Alert color="orange" variant="light" icon={<TriangleAlert size={18} aria-hidden />} title={words.leftTitle} mb="md">
          <ul className={classes.left}>
            {left.map((effect, index) => (
              <li key={index}>
                {effect.target}
                {effect.problem && `: ${effect.problem}`}
              </li>
            ))}
          </ul>
        </Alert>
      )}
      <ol className={classes.effects}>
        {task.effects.map((effect, index) => (
          <li key={index} data-state={effect.state}>
            <div>
              <span className={classes.verb}>{effect.verb}</span> {effect.target}
            </div>
            <div className={classes.quiet}>
              {words.effectStates[effect.state]}
              {effect.creates && effect.state !== 'UNDONE' && (
                <>
                  {' → '}
                  <Made creates={effect.creates} />
                </>
              )}
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** What comes into being: an entity has a page, a repository its name only. */
export function Made({ creates }: { creates: string }) {
  if (creates.startsWith('git:')) return <code>{creates}</code>;
  return (
    <span className={classes.made}>
      <EntityLink refText={creates} />
    </span>
  );
}
