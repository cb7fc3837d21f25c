// The graph on a page of its own: where it begins, how far it goes and what it leaves out are in the address.
import { Combobox, Loader, ScrollArea, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { Search, Waypoints } from 'lucide-react';
import { useState } from 'react';
import { useOperation } from '../../api/hooks';
import { Card } from '../../components/Card';
import { EntityIcon } from '../../components/EntityIcon';
import { PageLink } from '../../components/links';
import { PageHeader } from '../../components/PageHeader';
import { useRecentRefs } from '../../components/recent';
import { EmptyState, ErrorState, RowsSkeleton } from '../../components/states';
import { GraphBegin, GraphStart } from '../../gql/operations';
import { parseRef, shortRef } from '../../refs';
import classes from './Graph.module.css';
import { GraphView } from './GraphView';
import type { GraphSearch } from './search';
import { words } from './strings';

const BEGINNINGS = 12;

const route = getRouteApi('/shell/graph');

export function GraphPage() {
  const { root, depth = 1, without = [] } = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changes: GraphSearch) => void navigate({ search: (before) => ({ ...before, ...changes }), replace: !('root' in changes) });
  const beginAt = (ref: string) => change({ root: ref });
  return (
    <>
      <PageHeader title={words.title} description={words.description} actions={<StartPicker choose={beginAt} />} />
      {root ? (
        <GraphView
          key={root}
          root={root}
          depth={depth}
          hidden={without}
          onDepth={(value) => change({ depth: value === 1 ? undefined : value })}
          onHidden={(hidden) => change({ without: hidden.length > 0 ? hidden : undefined })}
          beginAt={beginAt}
        />
      ) : (
        <Beginnings />
      )}
    </>
  );
}

/** Where it may begin: at what one looked at last, and at the largest things there are. */
function Beginnings() {
  const answer = useOperation(GraphBegin, { recent: useRecentRefs().slice(0, BEGINNINGS) });
  const recent = (answer.data?.recent ?? []).filter((entity) => entity !== null);
  const lists = [
    { title: words.recent, rows: recent },
    { title: words.domains, rows: answer.data?.entities.nodes ?? [] },
  ].filter(({ rows }) => rows.length > 0);
  if (answer.error) return <ErrorState error={answer.error} retry={answer.refetch} />;
  return (
    <Card>
      <EmptyState icon={Waypoints} title={words.startTitle}>
        {words.startHint}
      </EmptyState>
      <div className={classes.beginnings}>
        {answer.isPending ? (
          <RowsSkeleton rows={3} />
        ) : (
          lists.map(({ title, rows }) => (
            <section key={title} aria-label={title}>
              <h3>{title}</h3>
              <ul>
                {rows.map((row) => (
                  <li key={row.ref}>
                    <PageLink to="/graph" search={{ root: row.ref }} className={classes.option ?? ''} title={row.ref}>
                      <EntityIcon kind={row.kind} type={row.type} size={15} />
                      {row.displayName}
                    </PageLink>
                  </li>
                ))}
              </ul>
            </section>
          ))
        )}
      </div>
    </Card>
  );
}

function StartPicker({ choose }: { choose: (ref: string) => void }) {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 150);
  const answer = useOperation(GraphStart, { search }, { enabled: search !== '', keepPrevious: true });
  const recent = useRecentRefs();
  const box = useCombobox({ onDropdownClose: () => box.resetSelectedOption() });
  const found = search === '' ? recent.map((ref) => ({ ref, kind: parseRef(ref).kind, type: null, displayName: shortRef(ref) })) : (answer.data?.entities.nodes ?? []);
  return (
    <Combobox
      store={box}
      onOptionSubmit={(ref) => {
        choose(ref);
        setTyped('');
        box.closeDropdown();
      }}
    >
      <Combobox.Target>
        <TextInput
          aria-label={words.start}
          placeholder={words.startPlaceholder}
          leftSection={<Search size={15} aria-hidden />}
          rightSection={search !== '' && answer.isPending ? <Loader size={14} /> : null}
          className={classes.start ?? ''}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            box.openDropdown();
            box.updateSelectedOptionIndex();
          }}
          onFocus={() => box.openDropdown()}
          onBlur={() => box.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={found.length === 0 && search === ''}>
        <Combobox.Options>
          <ScrollArea.Autosize mah={320}>
            {found.map((entity) => (
              <Combobox.Option key={entity.ref} value={entity.ref}>
                <span className={classes.option}>
                  <EntityIcon kind={entity.kind} type={entity.type} size={15} />
                  {entity.displayName}
                </span>
              </Combobox.Option>
            ))}
            {found.length === 0 && !answer.isPending && <Combobox.Empty>{words.nothingFound}</Combobox.Empty>}
          </ScrollArea.Autosize>
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
