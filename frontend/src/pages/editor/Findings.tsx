// What is wrong with the draft; each finding leads to its line.
import { UnstyledButton } from '@mantine/core';
import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import { EmptyState, ErrorState, RowsSkeleton } from '../../components/states';
import classes from './EditorPage.module.css';
import { words } from './strings';
import type { Editor } from './useEditor';

export function Findings({ editor }: { editor: Editor }) {
  const { reading } = editor;
  if (reading.error) return <ErrorState error={reading.error} retry={reading.refetch} />;
  const findings = reading.data?.draft.findings;
  if (!findings) return <RowsSkeleton rows={3} />;
  if (findings.length === 0) {
    return (
      <EmptyState icon={CircleCheck} title={words.noMistakes}>
        {words.noMistakesHint}
      </EmptyState>
    );
  }
  return (
    <ul className={classes.findings}>
      {findings.map(({ path, line, level, message, code }, index) => {
        const grave = level === 'error';
        const Icon = grave ? CircleAlert : TriangleAlert;
        return (
          <li key={index}>
            <UnstyledButton className={classes.finding} data-grave={grave} onClick={() => editor.goTo(path, line)}>
              <Icon size={16} aria-label={level} />
              <span>
                {message}
                <span className={classes.place}>
                  <code>
                    {path}:{line}
                  </code>{' '}
                  {code}
                </span>
              </span>
            </UnstyledButton>
          </li>
        );
      })}
    </ul>
  );
}
