// A page that a plugin adds: what it is asked for stands in its address, each of its panels arrives by itself.
import { Alert, Select, Skeleton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { SearchX, Unplug } from 'lucide-react';
import { useState } from 'react';
import { useOperation } from '../../api/hooks';
import { pageOfPlugin, useTogether } from '../../blocks/arriving';
import { ArrivingPanel } from '../../blocks/ArrivingPanel';
import { Card } from '../../components/Card';
import { FailedPage } from '../../components/FailedPage';
import { PageHeader } from '../../components/PageHeader';
import { EmptyState, RowsSkeleton } from '../../components/states';
import { PluginPage as PluginPageOperation, type PluginPageQuery } from '../../gql/operations';
import { useShell } from '../../layout/useShell';
import classes from './PluginPage.module.css';
import { words } from './strings';

type Parameter = NonNullable<PluginPageQuery['pluginPage']>['parameters'][number];

const route = getRouteApi('/shell/pages/$id');

export function PluginPage() {
  const { id } = route.useParams();
  return <OnePage key={id} id={id} />;
}

function OnePage({ id }: { id: string }) {
  const given = route.useSearch();
  const navigate = route.useNavigate();
  const title = useShell()?.pluginPages.find((page) => page.id === id)?.title ?? '';
  const answer = useOperation(PluginPageOperation, { id, given }, { keepPrevious: true });
  const page = answer.data?.pluginPage;
  const panels = useTogether(pageOfPlugin(id, given), page?.panelPlaces ?? []);
  if (answer.error) return <FailedPage title={title} error={answer.error} retry={answer.refetch} />;
  if (page === null) {
    return (
      <>
        <PageHeader title={id} />
        <Card>
          <EmptyState icon={SearchX} title={words.missing}>
            {words.missingHint}
          </EmptyState>
        </Card>
      </>
    );
  }
  const choose = (name: string, value: string) => void navigate({ search: { ...given, [name]: value }, replace: true, resetScroll: false });
  return (
    <>
      <PageHeader title={page?.title ?? title} description={page?.description ?? <Skeleton height={14} width={260} my={3} />} />
      {page?.failed && (
        <Alert color="orange" variant="light" icon={<Unplug size={16} aria-hidden />} title={words.failed(page.plugin)} mb="md">
          {page.failed}
        </Alert>
      )}
      {page && page.parameters.length > 0 && (
        <div role="search" aria-label={words.parameters} className={classes.parameters}>
          {page.parameters.map((parameter) => (
            <Choose key={parameter.name} parameter={parameter} choose={choose} />
          ))}
        </div>
      )}
      <div className={classes.panels}>
        {page ? (
          page.panelPlaces.map((place) => <ArrivingPanel key={place.id} place={place} page={panels} />)
        ) : (
          <Card>
            <RowsSkeleton />
          </Card>
        )}
      </div>
    </>
  );
}

function Choose({ parameter, choose }: { parameter: Parameter; choose: (name: string, value: string) => void }) {
  const { name, title, value, choices } = parameter;
  if (choices === null) return <Type title={title} initial={value} choose={(text) => choose(name, text)} />;
  return (
    <Select
      className={classes.parameter ?? ''}
      label={title}
      value={value}
      data={choices}
      searchable={choices.length > 8}
      allowDeselect={false}
      onChange={(chosen) => chosen !== null && choose(name, chosen)}
    />
  );
}

function Type({ title, initial, choose }: { title: string; initial: string; choose: (text: string) => void }) {
  const [text, setText] = useState(initial);
  const later = useDebouncedCallback(choose, 250);
  return (
    <TextInput
      className={classes.parameter ?? ''}
      type="search"
      label={title}
      value={text}
      maxLength={200}
      onChange={(event) => {
        setText(event.currentTarget.value);
        later(event.currentTarget.value);
      }}
    />
  );
}
