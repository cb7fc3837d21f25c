// The search palette (Ctrl-K): places at once, entities and documents as one types.
import { Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import { FileText, LayoutList, Puzzle, Search, type LucideIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useOperation } from '../api/hooks';
import { EntityIcon } from '../components/EntityIcon';
import { SearchPalette as SearchOperation, type SearchPaletteQuery } from '../gql/operations';
import { parseRef } from '../refs';
import { strings } from '../strings';
import { paletteStore } from './palette';
import { ALL_PLACES } from './places';
import classes from './SearchPalette.module.css';
import { useRecentRefs } from '../components/recent';
import { useKindLabels, useShell } from './useShell';

export function SearchPalette() {
  const navigate = useNavigate();
  const [query, setQuery] = useState('');
  const [debounced] = useDebouncedValue(query.trim(), 150);
  const answer = useOperation(SearchOperation, { query: debounced }, { enabled: debounced !== '', keepPrevious: true });
  const recent = useRecentRefs();
  const kindLabels = useKindLabels();
  const places = usePlaces(query.trim());
  const results = debounced === '' ? [] : (answer.data?.search.nodes ?? []);
  // The list changes under the selection: its first line is what Enter opens.
  useEffect(selectFirst, [answer.data]);
  const go = (href: string) => () => void navigate({ href });

  return (
    <Spotlight.Root
      store={paletteStore}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      closeOnActionTrigger
      clearQueryOnClose
      lockScroll={false}
      size="lg"
    >
      <Spotlight.Search
        placeholder={strings.search.placeholder}
        aria-label={strings.search.placeholder}
        leftSection={<Search size={18} aria-hidden />}
      />
      <Spotlight.ActionsList className={classes.list ?? ''}>
        {places.map(({ href, label, icon: Icon }) => (
          <Spotlight.Action
            key={href}
            onClick={go(href)}
            label={label}
            leftSection={<Icon size={18} strokeWidth={1.75} aria-hidden />}
            rightSection={
              <Text size="xs" className={classes.kind}>
                {strings.search.page}
              </Text>
            }
          />
        ))}
        {results.map((result) => (
          <Spotlight.Action
            key={`${result.type} ${result.href}`}
            onClick={go(result.href)}
            label={result.title}
            leftSection={
              isEntity(result) ? (
                <EntityIcon kind={result.entity.kind} type={result.entity.type} size={18} />
              ) : (
                <FileText size={18} strokeWidth={1.75} aria-hidden />
              )
            }
            rightSection={
              <Text size="xs" className={classes.kind}>
                {isEntity(result) ? kindLabels(result.entity.kind).one : (strings.search.types[result.type] ?? result.type)}
              </Text>
            }
            {...(result.text ? { description: result.text } : {})}
            classNames={{ actionBody: classes.body ?? '', actionDescription: classes.line ?? '', actionLabel: classes.line ?? '' }}
          />
        ))}
        {query.trim() === '' &&
          recent.slice(0, 6).map((ref) => {
            const { kind, namespace, name } = parseRef(ref);
            return (
              <Spotlight.Action
                key={ref}
                onClick={go(`/catalog/${namespace}/${kind}/${name}`)}
                label={name}
                leftSection={<EntityIcon kind={kind} size={18} />}
                rightSection={
                  <Text size="xs" className={classes.kind}>
                    {strings.search.recent}
                  </Text>
                }
              />
            );
          })}
        {query.trim() !== '' && (
          <Spotlight.Action
            onClick={go(`/search?query=${encodeURIComponent(query.trim())}`)}
            label={strings.search.inCatalog(query.trim())}
            leftSection={<LayoutList size={18} strokeWidth={1.75} aria-hidden />}
          />
        )}
        {answer.error && <Spotlight.Empty>{strings.search.failed}</Spotlight.Empty>}
        {query.trim() === '' && recent.length === 0 && <Spotlight.Empty>{strings.search.hint}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

/** The places whose name has a word that begins so: known at once, and above what the search finds. */
function usePlaces(query: string): { href: string; label: string; icon: LucideIcon }[] {
  const pages = useShell()?.pluginPages ?? [];
  if (query === '') return [];
  const all = [
    ...ALL_PLACES.map(({ to, label, icon }) => ({ href: to, label, icon })),
    ...pages.map(({ id, title }) => ({ href: `/pages/${id}`, label: title, icon: Puzzle })),
  ];
  return all.filter(({ label }) => ` ${label.toLowerCase()}`.includes(` ${query.toLowerCase()}`)).slice(0, 4);
}

type Result = SearchPaletteQuery['search']['nodes'][number];

/** The entity itself, and not a document that belongs to one. */
function isEntity(result: Result): result is Result & { entity: NonNullable<Result['entity']> } {
  return result.entity !== null && result.type.toLowerCase() === result.entity.kind.toLowerCase();
}

/** What Spotlight does when one types, done again when the answer arrives. */
function selectFirst(): void {
  const list = document.getElementById(paletteStore.getState().listId);
  const actions = list?.querySelectorAll('[data-action]') ?? [];
  actions.forEach((action, index) => {
    if (index === 0) action.setAttribute('data-selected', 'true');
    else action.removeAttribute('data-selected');
  });
  paletteStore.updateState((state) => ({ ...state, selected: actions.length > 0 ? 0 : -1 }));
}
