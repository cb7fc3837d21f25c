// One field of all entities that are chosen: said, looked at, set in one change.
import { Autocomplete, Button, Group, Select, TagsInput, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '../../api/client';
import { useOperation } from '../../api/hooks';
import { Dialog, DialogForm } from '../../components/Dialog';
import { EntityOption, useChoices } from '../../components/EntityChoices';
import { byField } from '../../components/problems';
import { explain } from '../../components/states';
import { Catalog, CatalogFacets, EntityHistory, EntityPage, FieldProvenance, SetOverlays, type EntityFilter, type SetOverlaysMutation } from '../../gql/operations';
import { strings } from '../../strings';
import { FieldPreview } from './FieldPreview';
import { FIELDS, isSame, valuesFor, type FieldKey } from './fields';
import { HUNDRED, hundredsOf, readAgain } from './hundreds';
import type { Chosen } from './selection';
import { words } from './strings';

export type Outcomes = SetOverlaysMutation['setOverlays']['outcomes'];

/** What shows fields of entities, read again when they were set. */
const CHANGED = [Catalog, CatalogFacets, EntityPage, EntityHistory, FieldProvenance];
const OPTIONS = Object.entries(words.fields).map(([value, label]) => ({ value, label }));

export function FieldDialog({ chosen: asked, close }: { chosen: Chosen[]; close: () => void }) {
  const [rows, setRows] = useState(asked);
  const [field, setField] = useState<FieldKey>('owner');
  const [given, setGiven] = useState<string | string[]>('');
  const [reason, setReason] = useState('');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [outcomes, setOutcomes] = useState<Outcomes | null>(null);
  const [at, setAt] = useState<number | null>(null);
  const queries = useQueryClient();

  function choose(next: FieldKey) {
    setField(next);
    setGiven(FIELDS[next].choose === 'tags' ? [] : '');
    setErrors({});
  }

  /** Outcomes of all; null where something was refused, which is told then. */
  async function send(chosen: Chosen[], dryRun: boolean): Promise<Outcomes | null> {
    const told: Outcomes = [];
    const fail = (found: Record<string, string>) => {
      setOutcomes(null);
      setErrors(told.length > 0 && !dryRun ? { '': words.appliedSome(told.length, chosen.length, Object.values(found).join(' ')) } : found);
      return null;
    };
    try {
      for (const some of hundredsOf(chosen)) {
        setAt(told.length);
        const input = { path: FIELDS[field].path, values: valuesFor(field, some, given), reason: reason.trim(), dryRun };
        const { setOverlays } = (await request(SetOverlays, { input })).data;
        if (setOverlays.problems.length > 0) return fail(byField(setOverlays.problems, ['value', 'reason']));
        told.push(...setOverlays.outcomes);
      }
      return told;
    } catch (error) {
      return fail({ '': explain(error as Error).message });
    } finally {
      setAt(null);
      if (!dryRun) CHANGED.forEach(({ name }) => void queries.invalidateQueries({ queryKey: [name] }));
    }
  }

  /** The preview is about them as they are now, also those that another page shows and those that were set before. */
  async function look() {
    setAt(0);
    try {
      const now = await readAgain(rows);
      setRows(now);
      setOutcomes(await send(now, true));
    } catch (error) {
      setErrors({ '': explain(error as Error).message });
      setAt(null);
    }
  }

  function preview() {
    const missing = { ...(given.length > 0 ? {} : { value: strings.required }), ...(reason.trim() ? {} : { reason: strings.required }) };
    setErrors(missing);
    if (Object.keys(missing).length === 0) void look();
  }

  const changing = new Set((outcomes ?? []).filter(({ refused, before, after }) => !refused && !isSame(before, after)).map(({ ref }) => ref));
  const chosen = rows.filter(({ ref }) => changing.has(ref));

  function apply() {
    void send(chosen, false).then((done) => {
      if (!done) return;
      notifications.show({ color: 'green', message: words.applied(done.length) });
      close();
    });
  }

  const steps = (of: Chosen[]) => of.length > HUNDRED && at !== null && (
    <Text size="sm" c="dimmed" role="status">
      {words.running(at, of.length)}
    </Text>
  );
  return (
    <Dialog close={() => (outcomes && at !== null ? undefined : close())} title={words.fieldTitle(rows.length)} size="lg">
      {outcomes ? (
        <>
          <FieldPreview rows={rows} outcomes={outcomes} />
          {chosen.length > HUNDRED && (
            <Text size="sm" c="dimmed" mt="md">
              {words.applySteps}
            </Text>
          )}
          <Group justify="flex-end" mt="lg">
            {steps(chosen)}
            <Button variant="default" disabled={at !== null} onClick={() => setOutcomes(null)}>
              {strings.back}
            </Button>
            <Button data-autofocus disabled={chosen.length === 0} loading={at !== null} onClick={apply}>
              {words.apply(chosen.length)}
            </Button>
          </Group>
        </>
      ) : (
        <DialogForm error={errors['']} label={words.preview} busy={at !== null} submit={preview} close={close}>
          <Text size="sm" c="dimmed">
            {words.fieldHint}
          </Text>
          <Select label={words.field} data={OPTIONS} value={field} allowDeselect={false} data-autofocus onChange={(value) => choose((value ?? 'owner') as FieldKey)} />
          <ValueInput key={field} field={field} value={given} onChange={setGiven} error={errors.value} />
          <TextInput label={words.reason} description={words.reasonHint} withAsterisk value={reason} maxLength={1000} error={errors.reason} onChange={(event) => setReason(event.currentTarget.value)} />
          {steps(rows)}
        </DialogForm>
      )}
    </Dialog>
  );
}

interface ValueProps {
  field: FieldKey;
  value: string | string[];
  onChange: (value: string | string[]) => void;
  error: string | undefined;
}

function ValueInput({ field, value, onChange, error }: ValueProps) {
  const { choose } = FIELDS[field];
  const facets = useOperation(CatalogFacets, { filter: {} }, { staleTime: 60_000, enabled: choose === 'tags' || 'facet' in choose });
  const known = (key: string) => (facets.data?.entityFacets.find((facet) => facet.key === key)?.buckets ?? []).map((bucket) => bucket.value);
  const common = { label: words.value, withAsterisk: true, error };
  if (choose === 'tags') {
    return <TagsInput {...common} description={words.tagsHint} data={known('tags')} value={Array.isArray(value) ? value : []} onChange={onChange} maxDropdownHeight={220} />;
  }
  if ('entity' in choose) return <EntityInput {...common} filter={choose.entity} value={String(value)} onChange={onChange} />;
  return <Autocomplete {...common} data={known(choose.facet)} value={String(value)} onChange={onChange} maxDropdownHeight={220} />;
}

interface EntityInputProps {
  label: string;
  withAsterisk: boolean;
  error: string | undefined;
  filter: EntityFilter;
  value: string;
  onChange: (value: string) => void;
}

function EntityInput({ filter, value, onChange, ...common }: EntityInputProps) {
  const { data, search, setSearch, nothing } = useChoices(filter, value ? [value] : [], false);
  return (
    <Select
      {...common}
      searchable
      value={value || null}
      data={data}
      searchValue={search}
      onSearchChange={setSearch}
      onChange={(chosen) => onChange(chosen ?? '')}
      filter={({ options }) => options}
      nothingFoundMessage={nothing}
      renderOption={({ option }) => <EntityOption value={option.value} label={option.label} />}
      maxDropdownHeight={240}
    />
  );
}
