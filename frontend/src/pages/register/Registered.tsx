// What came of a registration: the entities that are in the catalog now, and where to see the rest.
import { Button, Group, Text } from '@mantine/core';
import { Card } from '../../components/Card';
import { EntityList } from '../../components/EntityList';
import { PageButton } from '../../components/links';
import type { RegisterLocationMutation } from '../../gql/operations';
import { words } from './strings';

type Payload = RegisterLocationMutation['registerLocation'];
export type Location = NonNullable<Payload['location']>;

/** As many entities as the API names. */
const NAMED = 100;

interface Props {
  location: Location;
  entities: Payload['entities'];
  again: () => void;
}

export function Registered({ location, entities, again }: Props) {
  // The location is an entity too, which nobody asked for.
  const brought = entities.filter((entity) => !entity.ref.startsWith('location:default/generated-'));
  return (
    <Card flush title={brought.length > 0 ? words.registered(brought.length) : words.registeredNone}>
      <EntityList rows={brought} />
      <Group px="md" py="sm" gap="sm">
        {entities.length >= NAMED && (
          <Text size="sm" c="dimmed">
            {words.registeredMore}
          </Text>
        )}
        <Button onClick={again}>{words.again}</Button>
        {location.problems.length > 0 && (
          <PageButton to="/problems" search={{ location: location.id }} variant="default">
            {words.problems(location.problems.length)}
          </PageButton>
        )}
      </Group>
    </Card>
  );
}
