// What the keyboard does everywhere, and the switch for keys that are pressed alone.
import { Kbd, Switch, VisuallyHidden } from '@mantine/core';
import { useOs } from '@mantine/hooks';
import { Fragment } from 'react';
import { Dialog } from '../components/Dialog';
import { strings } from '../strings';
import { useSingleKeys } from './keys';
import { ALL_PLACES } from './places';
import classes from './ShortcutsDialog.module.css';

const { keys: words } = strings;

export function ShortcutsDialog({ close }: { close: () => void }) {
  const [single, setSingle] = useSingleKeys();
  const mod = useOs() === 'macos' ? '⌘' : 'Ctrl';
  return (
    <Dialog close={close} title={words.title}>
      <dl className={classes.keys}>
        <Key presses={[[mod, 'K'], ['/']]} does={strings.search.open} />
        {ALL_PLACES.map(({ to, key, label }) => key && <Key key={to} presses={[['G', key.toUpperCase()]]} then does={label} />)}
        <Key presses={[['?']]} does={words.help} />
        <Key presses={[['X']]} does={words.choose} />
        <Key presses={[[mod, 'Enter']]} does={words.dryRun} />
      </dl>
      <Switch mt="lg" label={words.single} description={words.singleHint} checked={single} onChange={(event) => setSingle(event.currentTarget.checked)} />
    </Dialog>
  );
}

/** Ways to the same thing; the keys of one way are pressed together, or one after the other. */
function Key({ presses, then = false, does }: { presses: string[][]; then?: boolean; does: string }) {
  return (
    <div>
      <dt>{does}</dt>
      <dd>
        {presses.map((way, index) => (
          <Fragment key={way.join(' ')}>
            {index > 0 && <span className={classes.between}>{words.or}</span>}
            {way.map((key, place) => (
              <Fragment key={key + String(place)}>
                {place > 0 && (then ? <span className={classes.between}>{words.then}</span> : <VisuallyHidden>+</VisuallyHidden>)}
                <Kbd size="sm">{key}</Kbd>
              </Fragment>
            ))}
          </Fragment>
        ))}
      </dd>
    </div>
  );
}
