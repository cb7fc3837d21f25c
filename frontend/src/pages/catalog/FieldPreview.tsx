// What setting a field would do to each entity, before it is done.
import { ScrollArea, Stack, Text } from '@mantine/core';
import { Change } from '../../components/FieldChanges';
import { EntityLink } from '../../components/links';
import type { Outcomes } from './FieldDialog';
import classes from './FieldPreview.module.css';
import { isSame } from './fields';
import type { Chosen } from './selection';
import { RefusedList } from './SelectionBar';
import { words } from './strings';

/** More than these nobody reads. */
const SHOWN = 200;

export function FieldPreview({ rows, outcomes }: { rows: Chosen[]; outcomes: Outcomes }) {
  const byRef = new Map(rows.map((row) => [row.ref, row]));
  const refused = outcomes.flatMap((each) => {
    const row = byRef.get(each.ref);
    return each.refused && row ? [{ row, message: each.refused.message }] : [];
  });
  const same = outcomes.filter((each) => !each.refused && isSame(each.before, each.after));
  const changed = outcomes.filter((each) => !each.refused && !isSame(each.before, each.after));
  return (
    <Stack gap="md" aria-live="polite">
      <section>
        <h3 className={classes.title}>{changed.length > 0 ? words.previewTitle(changed.length) : words.previewNone}</h3>
        {changed.length > 0 && (
          <ScrollArea.Autosize mah={320} type="auto" offsetScrollbars="present" viewportProps={{ tabIndex: 0 }}>
            <ul className={classes.list}>
              {changed.slice(0, SHOWN).map(({ ref, before, after }) => (
                <li key={ref}>
                  <EntityLink refText={ref} label={byRef.get(ref)?.displayName ?? null} />
                  <span className={classes.change}>
                    <Change before={before} after={after} />
                  </span>
                </li>
              ))}
            </ul>
            {changed.length > SHOWN && (
              <Text size="sm" c="dimmed" mt={6}>
                {words.previewMore(changed.length - SHOWN)}
              </Text>
            )}
          </ScrollArea.Autosize>
        )}
      </section>
      {same.length > 0 && (
        <Text size="sm" c="dimmed">
          {words.previewSame(same.length)}
        </Text>
      )}
      {refused.length > 0 && (
        <section>
          <h3 className={classes.title}>{words.previewRefused(refused.length)}</h3>
          <RefusedList refused={refused} />
        </section>
      )}
    </Stack>
  );
}
