// What a plugin reads and calls, what of it is accepted, how often it was used; an administrator decides.
import { Button, Group, Text, TextInput } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import { TimeText } from '../../components/TimeText';
import { DecidePluginClaims, type PluginClaimsInput, type PluginsQuery } from '../../gql/operations';
import classes from './PluginsPage.module.css';
import { words } from './strings';
import { useDecide } from './useDecide';

type Claim = NonNullable<PluginsQuery['plugins'][number]['claims']>[number];

export function Claims({ plugin, claims }: { plugin: string; claims: Claim[] }) {
  const { isPending, run } = useDecide(DecidePluginClaims);
  const open = claims.some((claim) => claim.accepted.length === 0);
  const decide = (accepted: Claim[]) => run({ plugin, accepted: listsOf(accepted) }, words.decided);
  const decideOne = (decided: Claim, accepted: string[]) => decide(claims.map((claim) => (claim === decided ? { ...claim, accepted } : claim)));

  return (
    <section aria-label={words.claims}>
      <Text size="xs" fw={600} c="dimmed" mb={4}>
        {words.claims}
      </Text>
      <ul className={classes.list}>
        {claims.map((claim) => (
          <ClaimRow key={`${claim.claim} ${claim.value}`} claim={claim} isPending={isPending} decide={(accepted) => decideOne(claim, accepted)} />
        ))}
      </ul>
      <Group gap="xs" mt="xs">
        <Button
          size="xs"
          variant={open ? 'filled' : 'default'}
          disabled={!open}
          loading={isPending}
          onClick={() => decide(claims.map((claim) => ({ ...claim, accepted: [claim.value] })))}
        >
          {words.acceptAll}
        </Button>
        <Button size="xs" variant="subtle" color="red" disabled={isPending || claims.every((claim) => claim.accepted.length === 0)} onClick={() => decide([])}>
          {words.acceptNone}
        </Button>
      </Group>
    </section>
  );
}

function ClaimRow({ claim, isPending, decide }: { claim: Claim; isPending: boolean; decide: (accepted: string[]) => void }) {
  const [narrowing, setNarrowing] = useState(false);
  const { value, accepted } = claim;
  const acts = [
    ...(accepted.includes(value) ? [] : [{ verb: words.accept, act: () => decide([value]) }]),
    ...(narrowing || value.startsWith('setting:') ? [] : [{ verb: words.narrow, act: () => setNarrowing(true) }]),
    ...(accepted.length === 0 ? [] : [{ verb: words.refuse, act: () => decide([]) }]),
  ];
  return (
    <li className={classes.claimed}>
      <span className={classes.point}>{claim.claim}</span>
      <code className={classes.name}>{value}</code>
      <span className={classes.fact}>
        <span className={accepted.length === 0 ? classes.refused : undefined}>{verdict(claim)}</span>, {words.uses(claim.uses)}
        {claim.refusals > 0 && <span className={classes.refused}>, {words.refusals(claim.refusals)}</span>}
        {claim.lastUsedAt && (
          <>
            {', '}
            {isThisHour(claim.lastUsedAt) ? words.thisHour : <TimeText at={claim.lastUsedAt} relative />}
          </>
        )}
      </span>
      <span className={classes.acts}>
        {acts.map(({ verb, act }) => (
          <Button
            key={verb}
            size="compact-xs"
            variant="default"
            disabled={isPending}
            aria-label={words.ofClaim(verb, claim.claim, value)}
            onClick={act}
          >
            {verb}
          </Button>
        ))}
      </span>
      {narrowing && <Narrow claim={claim} decide={decide} close={() => setNarrowing(false)} />}
    </li>
  );
}

function Narrow({ claim, decide, close }: { claim: Claim; decide: (accepted: string[]) => void; close: () => void }) {
  const [text, setText] = useState(claim.accepted.join(', '));

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    decide(text.split(',').map((value) => value.trim()).filter(Boolean));
    close();
  }

  return (
    <form onSubmit={submit} className={classes.narrow}>
      <TextInput label={words.only(claim.claim)} description={words.onlyHint} value={text} onChange={(event) => setText(event.currentTarget.value)} size="xs" />
      <Group gap="xs" mt={6}>
        <Button type="submit" size="compact-xs">
          {words.save}
        </Button>
        <Button size="compact-xs" variant="subtle" color="gray" onClick={close}>
          {words.cancel}
        </Button>
      </Group>
    </form>
  );
}

/** What the decision is, by the names of the claims: it stands for all of them at once. */
function listsOf(claims: Claim[]): PluginClaimsInput {
  const lists: Record<string, string[]> = {};
  for (const { claim, accepted } of claims) lists[claim] = [...new Set([...(lists[claim] ?? []), ...accepted])];
  return lists;
}

/** Uses are counted by the hour: minutes would be made up. */
function isThisHour(at: string): boolean {
  return Date.now() - new Date(at).getTime() < 3_600_000;
}

function verdict({ value, accepted }: Claim): string {
  if (accepted.length === 0) return words.refused;
  return accepted.includes(value) ? words.accepted : words.narrowed(accepted);
}
