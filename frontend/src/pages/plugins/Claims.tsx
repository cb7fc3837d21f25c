// What a plugin reads and calls, what of it is accepted, how often it was used; an administrator decides.
import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useOperationMutation } from '../../api/hooks';
import { explain } from '../../components/states';
import { TimeText } from '../../components/TimeText';
import { DecidePluginClaims, Plugins, type PluginsQuery } from '../../gql/operations';
import classes from './PluginsPage.module.css';
import { words } from './strings';

type Claim = NonNullable<PluginsQuery['plugins'][number]['claims']>[number];

export function Claims({ plugin, claims }: { plugin: string; claims: Claim[] }) {
  const decide = useOperationMutation(DecidePluginClaims, [Plugins]);
  const open = claims.some((claim) => claim.accepted.length === 0);

  function answer(accepted: Claim[]) {
    const named = [...new Set(accepted.map((claim) => claim.claim))];
    const values = Object.fromEntries(named.map((name) => [name, accepted.filter((claim) => claim.claim === name).map((claim) => claim.value)]));
    decide.mutate(
      { input: { plugin, accepted: values } },
      {
        onSuccess: ({ decidePluginClaims: { problems } }) =>
          notifications.show(problems[0] ? { color: 'red', message: problems[0].message } : { color: 'green', message: words.decided }),
        onError: (error) => notifications.show({ color: 'red', ...explain(error) }),
      },
    );
  }

  return (
    <section aria-label={words.claims}>
      <Text size="xs" fw={600} c="dimmed" mb={4}>
        {words.claims}
      </Text>
      <ul className={classes.list}>
        {claims.map((claim) => (
          <li key={`${claim.claim} ${claim.value}`} className={classes.claim}>
            <span className={classes.name}>
              <span className={classes.point}>{claim.claim}</span> <code>{claim.value}</code>
            </span>
            <span className={claim.accepted.length === 0 ? classes.refused : classes.fact}>{verdict(claim)}</span>
            <span className={classes.fact}>
              {words.uses(claim.uses)}
              {claim.refusals > 0 && <span className={classes.refused}>, {words.refusals(claim.refusals)}</span>}
              {claim.lastUsedAt && (
                <>
                  {', '}
                  <TimeText at={claim.lastUsedAt} relative />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
      <Group gap="xs" mt="xs">
        <Button size="xs" variant={open ? 'filled' : 'default'} disabled={!open} loading={decide.isPending} onClick={() => answer(claims)}>
          {words.acceptAll}
        </Button>
        <Button size="xs" variant="subtle" color="red" disabled={claims.every((claim) => claim.accepted.length === 0)} onClick={() => answer([])}>
          {words.acceptNone}
        </Button>
      </Group>
    </section>
  );
}

function verdict({ value, accepted }: Claim): string {
  if (accepted.length === 0) return words.refused;
  return accepted.includes(value) ? words.accepted : words.narrowed(accepted);
}
