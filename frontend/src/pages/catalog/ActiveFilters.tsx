// The chosen filters as chips, each can be taken away.
import { Group, Pill, UnstyledButton } from '@mantine/core';
import type { CatalogFacetsQuery } from '../../gql/operations';
import classes from './ActiveFilters.module.css';
import { FACET_OF, facetLabel, FILTER_KEYS, type CatalogSearch } from './search';
import { strings } from '../../strings';
import { words } from './strings';

interface Props {
  search: CatalogSearch;
  facets: CatalogFacetsQuery['entityFacets'];
  change: (changes: Partial<CatalogSearch>) => void;
}

export function ActiveFilters({ search, facets, change }: Props) {
  const chips = FILTER_KEYS.flatMap((key) =>
    (search[key] ?? []).map((value) => {
      const buckets = facets.find((facet) => facet.key === FACET_OF[key])?.buckets ?? [];
      const label = buckets.find((bucket) => bucket.value.toLowerCase() === value.toLowerCase())?.label ?? value;
      const rest = (search[key] ?? []).filter((one) => one !== value);
      return { key: `${key} ${value}`, text: facetLabel(label), title: words.filterTitles[key], remove: { [key]: rest.length > 0 ? rest : undefined } };
    }),
  );
  if (search.state) {
    chips.push({ key: 'state', text: words.states[search.state], title: words.state, remove: { state: undefined } });
  }
  if (chips.length === 0) return null;
  const none = Object.fromEntries([...FILTER_KEYS, 'state'].map((key) => [key, undefined])) as Partial<CatalogSearch>;
  return (
    <Group gap={6} mb="sm">
      {chips.map((chip) => (
        <Pill
          key={chip.key}
          size="md"
          className={classes.pill}
          withRemoveButton
          onRemove={() => change(chip.remove)}
          removeButtonProps={{ 'aria-label': words.removeFilter(chip.title, chip.text), 'aria-hidden': false, tabIndex: 0 }}
        >
          <span className={classes.key}>{chip.title}</span> {chip.text}
        </Pill>
      ))}
      <UnstyledButton className={classes.clear} onClick={() => change(none)}>
        {strings.clearFilters}
      </UnstyledButton>
    </Group>
  );
}
