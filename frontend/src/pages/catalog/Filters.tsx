// The filters beside the list: each value with how many there would be.
import { Skeleton, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { Tick } from '../../components/Tick';
import { formatNumber } from '../../format';
import type { CatalogFacetsQuery } from '../../gql/operations';
import { strings } from '../../strings';
import classes from './Filters.module.css';
import { FACET_OF, facetLabel, FILTER_KEYS, type CatalogSearch, type FilterKey } from './search';
import { words } from './strings';

type Buckets = CatalogFacetsQuery['entityFacets'][number]['buckets'];

const SHOWN = 6;

interface Props {
  facets: CatalogFacetsQuery['entityFacets'];
  search: CatalogSearch;
  change: (changes: Partial<CatalogSearch>) => void;
  loading: boolean;
}

export function Filters({ facets, search, change, loading }: Props) {
  if (loading) {
    return (
      <Stack gap="sm" aria-hidden>
        {Array.from({ length: 12 }, (_, index) => (
          <Skeleton key={index} height={14} width={index % 6 === 0 ? '40%' : '85%'} mt={index % 6 === 0 ? 14 : 0} />
        ))}
      </Stack>
    );
  }
  return (
    <Stack gap={20}>
      {FILTER_KEYS.map((key) => (
        <FilterGroup
          key={key}
          title={words.filterTitles[key]}
          filterKey={key}
          buckets={facets.find((facet) => facet.key === FACET_OF[key])?.buckets ?? []}
          chosen={search[key] ?? []}
          onChange={(values) => change({ [key]: values.length > 0 ? values : undefined })}
        />
      ))}
    </Stack>
  );
}

interface GroupProps {
  title: string;
  filterKey: FilterKey;
  buckets: Buckets;
  chosen: string[];
  onChange: (values: string[]) => void;
}

function FilterGroup({ title, filterKey, buckets, chosen, onChange }: GroupProps) {
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState('');
  if (buckets.length === 0 && chosen.length === 0) return null;
  if (filterKey === 'namespace' && buckets.length < 2 && chosen.length === 0) return null;

  const isChosen = (value: string) => chosen.some((one) => one.toLowerCase() === value.toLowerCase());
  const missing = chosen.filter((one) => !buckets.some((bucket) => bucket.value.toLowerCase() === one.toLowerCase()));
  const all = [...missing.map((value) => ({ value, label: value, count: 0 })), ...buckets];
  const matching = all.filter((bucket) => bucket.label.toLowerCase().includes(wanted.toLowerCase()));
  const shown = open ? matching.slice(0, 100) : matching.filter((bucket, index) => index < SHOWN || isChosen(bucket.value));

  function toggle(value: string, on: boolean) {
    onChange(on ? [...chosen, value] : chosen.filter((one) => one.toLowerCase() !== value.toLowerCase()));
  }

  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>{title}</legend>
      {open && all.length > 12 && (
        <TextInput
          size="xs"
          mb={6}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
          placeholder={words.narrow(title)}
          aria-label={words.narrow(title)}
        />
      )}
      <div className={open ? classes.scroll : undefined}>
        {shown.map((bucket) => (
          <label key={bucket.value} className={classes.row}>
            <Tick
              checked={isChosen(bucket.value)}
              onChange={(event) => toggle(bucket.value, event.currentTarget.checked)}
            />
            <span className={classes.label} title={bucket.label}>
              {facetLabel(bucket.label)}
            </span>
            <span className={classes.count}>{formatNumber(bucket.count)}</span>
          </label>
        ))}
        {shown.length === 0 && (
          <Text size="xs" c="dimmed">
            {words.noneMatch}
          </Text>
        )}
      </div>
      {all.length > SHOWN && (
        <UnstyledButton
          className={classes.more}
          aria-expanded={open}
          onClick={() => {
            setOpen(!open);
            setWanted('');
          }}
        >
          {open ? strings.less : words.moreValues(all.length - SHOWN)}
        </UnstyledButton>
      )}
    </fieldset>
  );
}
