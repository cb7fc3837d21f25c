// GraphiQL on our own API, bundled; requests go with the session, mutations included.
import { useMantineColorScheme } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { GraphiQL } from 'graphiql';
import { post } from '../../api/client';
import { strings } from '../../strings';
import { words } from './strings';
import 'graphiql/style.css';
import classes from './GraphiqlPage.module.css';

const fetcher = async (params: unknown) => (await post('/graphql', { body: JSON.stringify(params) })).json() as Promise<object>;

export function GraphiqlPage() {
  const { colorScheme } = useMantineColorScheme();
  useDocumentTitle(`${words.title} · ${strings.product}`);
  return (
    <div className={classes.page}>
      <h1 className={classes.title}>{words.title}</h1>
      <GraphiQL
        fetcher={fetcher as never}
        defaultQuery={words.example}
        showPersistHeadersSettings={false}
        forcedTheme={colorScheme === 'auto' ? 'system' : colorScheme}
        isHeadersEditorEnabled={false}
      />
    </div>
  );
}
