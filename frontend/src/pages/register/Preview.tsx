// What a location would bring, row by row: what happens to which entity, from which file and line, and why not.
import { Alert, Badge, Button, Center, Chip, Group, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Card } from '../../components/Card';
import { EntityIcon } from '../../components/EntityIcon';
import { FieldChanges } from '../../components/FieldChanges';
import { formatNumber } from '../../format';
import { Said } from '../../components/Said';
import { strings } from '../../strings';
import { counts, outcomeOf, OUTCOMES, sorted, TONES, type Outcome, type PreviewRow } from './outcomes';
import classes from './Preview.module.css';
import { words } from './strings';

const PAGE = 100;

interface Props {
  rows: PreviewRow[];
  target: string;
  note?: ReactNode;
  actions: ReactNode;
}

export function Preview({ rows, target, note, actions }: Props) {
  const [only, setOnly] = useState<Outcome | ''>('');
  const [shown, setShown] = useState(PAGE);
  const found = counts(rows);
  const occurring = OUTCOMES.filter((outcome) => found[outcome] > 0);
  const chosen = sorted(only ? rows.filter((row) => outcomeOf(row) === only) : rows);
  return (
    <Card flush title={words.previewTitle} count={formatNumber(rows.length)}>
      {note && (
        <Alert className={classes.note ?? ''} variant="light">
          {note}
        </Alert>
      )}
      {occurring.length > 1 && (
        <Chip.Group value={only} onChange={(value) => setOnly(value)}>
          <Group gap={6} px="md" pb="xs">
            <Chip value="" size="xs" variant="light">
              {words.all}
            </Chip>
            {occurring.map((outcome) => (
              <Chip key={outcome} value={outcome} size="xs" variant="light" color={TONES[outcome]}>
                {words.filter(words.outcomes[outcome], found[outcome])}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      )}
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed" px="md" pb="md">
          {words.previewEmpty(target)}
        </Text>
      ) : (
        <ul className={classes.list}>
          {chosen.slice(0, shown).map((row, index) => (
            <Row key={`${row.ref} ${index}`} row={row} />
          ))}
        </ul>
      )}
      {chosen.length > shown && (
        <Center p="sm">
          <Button variant="default" size="xs" onClick={() => setShown(shown + PAGE)}>
            {strings.more}
          </Button>
        </Center>
      )}
      <div className={classes.foot}>
        <Text size="sm" c="dimmed">
          {found.refused > 0 && words.refused(found.refused)}
        </Text>
        <Group gap="sm" className={classes.actions ?? ''}>
          {actions}
        </Group>
      </div>
    </Card>
  );
}

function Row({ row }: { row: PreviewRow }) {
  const outcome = outcomeOf(row);
  return (
    <li className={classes.row}>
      <Badge color={TONES[outcome]}>{words.outcomes[outcome]}</Badge>
      <div className={classes.words}>
        <div className={classes.ref}>
          <EntityIcon kind={row.kind || 'location'} />
          <span>{row.ref || row.name || words.unnamed}</span>
        </div>
        {row.message && (
          <div className={outcome === 'refused' ? classes.reason : classes.hint}>
            <Said text={row.message} />
          </div>
        )}
        <FieldChanges changes={row.changes} />
      </div>
      <code className={classes.path}>{row.path}</code>
    </li>
  );
}
