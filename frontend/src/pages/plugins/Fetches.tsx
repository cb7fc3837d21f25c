// What a plugin fetches from outside: how old it is, what fails and why, and a button to have it fetched now.
import { Button, Text } from '@mantine/core';
import { TimeText } from '../../components/TimeText';
import { FetchAgain, type PluginsQuery } from '../../gql/operations';
import classes from './PluginsPage.module.css';
import { words } from './strings';
import { useDecide } from './useDecide';

export type Fetch = NonNullable<PluginsQuery['pluginFetches']>[number];

export function Fetches({ fetches }: { fetches: Fetch[] }) {
  const again = useDecide(FetchAgain);
  return (
    <section aria-label={words.fetches}>
      <Text size="xs" fw={600} c="dimmed" mb={4}>
        {words.fetches}
      </Text>
      <ul className={classes.list}>
        {fetches.map((fetch) => (
          <li key={fetch.name} className={classes.claim}>
            <span className={classes.name}>
              {fetch.name} <Standing fetch={fetch} />
            </span>
            <Button
              size="compact-xs"
              variant="default"
              aria-label={words.fetchOf(fetch.name)}
              disabled={fetch.targets === 0 || again.isPending}
              onClick={() => again.run({ plugin: fetch.plugin, source: fetch.name }, words.fetchAsked)}
            >
              {words.fetchNow}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Standing({ fetch }: { fetch: Fetch }) {
  return (
    <>
      <span className={classes.fact}>
        {words.fetched(fetch.targets, fetch.waiting)}
        {fetch.newest && (
          <>
            , {words.newest} <TimeText at={fetch.newest} relative />
          </>
        )}
      </span>
      {fetch.failing > 0 && (
        <span className={classes.failing}>
          {words.failing(fetch.failing, fetch.targets)}
          {fetch.error}
          {fetch.nextTry && (
            <>
              {' '}
              {words.nextTry} <TimeText at={fetch.nextTry} relative />.
            </>
          )}
        </span>
      )}
    </>
  );
}
