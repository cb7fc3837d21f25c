// Above the rows: that the whole page is chosen, and all that match beside it, for whoever wants them.
import { Button, Text } from '@mantine/core';
import classes from './ChooseAll.module.css';
import { useMatching } from './matching';
import type { CatalogSearch } from './search';
import { MOST, type Chosen, type Selection } from './selection';
import { words } from './strings';

interface Props {
  selection: Selection;
  search: CatalogSearch;
  shown: Chosen[];
  total: number;
  /** There is no box in the head of the list: the page is offered here. */
  offerPage: boolean;
}

export function ChooseAll({ selection, search, shown, total, offerPage }: Props) {
  const { read, done, choose, stop } = useMatching(search, selection);
  const whole = shown.length > 0 && shown.every(({ ref }) => selection.has(ref));
  if (!whole && read === null) {
    return offerPage && shown.length > 0 ? <Strip action={words.chooseOnPage(shown.length)} act={() => selection.togglePage(true)} /> : null;
  }
  if (read !== null) return <Strip said={words.choosing(read, Math.min(total, MOST))} action={words.stop} act={stop} />;
  if (total <= shown.length) return null;
  if (done) return <Strip said={words.allChosen(Math.min(total, MOST), total)} action={words.chooseNone} act={selection.clear} />;
  return <Strip said={words.pageChosen(shown.length)} action={words.chooseMatching(Math.min(total, MOST), total)} act={choose} />;
}

/** One button, whatever it says now: whoever pressed it keeps the focus. */
function Strip({ said, action, act }: { said?: string; action: string; act: () => void }) {
  return (
    <div className={classes.strip}>
      <Text size="sm" role="status">
        {said}
      </Text>
      <Button size="compact-sm" variant="subtle" onClick={act}>
        {action}
      </Button>
    </div>
  );
}
