// What a location would bring: added, changed, as it is, refused and why.
import { Badge, Button, Group, Table, Text } from '@mantine/core';
import { Card } from '../../components/Card';
import { EntityIcon } from '../../components/EntityIcon';
import type { RegisterLocationMutation } from '../../gql/operations';
import { formatNumber } from '../../format';
import { strings } from '../../strings';
import { words } from './strings';
import classes from './Preview.module.css';

type Row = RegisterLocationMutation['registerLocation']['preview'][number];

const TONES: Record<string, string> = { add: 'green', change: 'blue', unchanged: 'gray', refused: 'red' };
const OUTCOMES: Record<string, string | undefined> = words.outcomes;
const ORDER = ['refused', 'add', 'change', 'unchanged'];

interface Props {
  rows: Row[];
  target: string;
  busy: boolean;
  register: () => void;
  cancel: () => void;
}

export function Preview({ rows, target, busy, register, cancel }: Props) {
  const sorted = [...rows].sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
  const accepted = rows.filter((row) => row.outcome !== 'refused').length;
  return (
    <Card flush title={words.previewTitle} count={formatNumber(rows.length)}>
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed" px="md" pb="md">
          {words.previewEmpty(target)}
        </Text>
      ) : (
        <div className={classes.scroll}>
          <Table className={classes.table} verticalSpacing={6} layout="fixed">
            <Table.Thead>
              <Table.Tr>
                <Table.Th className={classes.outcome}>{words.outcome}</Table.Th>
                <Table.Th>{words.entity}</Table.Th>
                <Table.Th className={classes.fileHead}>{words.file}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {sorted.map((row, index) => (
                <Table.Tr key={`${row.ref} ${index}`}>
                  <Table.Td className={classes.outcome}>
                    <Badge color={TONES[row.outcome] ?? 'gray'} tt="none" fw={550}>
                      {OUTCOMES[row.outcome] ?? row.outcome}
                    </Badge>
                  </Table.Td>
                  <Table.Td>
                    <Group gap={8} wrap="nowrap" align="center">
                      <EntityIcon kind={row.kind || 'location'} />
                      <span className={classes.ref}>{row.ref || row.name || words.unnamed}</span>
                    </Group>
                    {row.message && <div className={row.outcome === 'refused' ? classes.reason : classes.note}>{row.message}</div>}
                  </Table.Td>
                  <Table.Td className={classes.path}>{row.path}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      <Group px="md" py="sm" justify="flex-end" className={classes.foot}>
        <Button variant="default" onClick={cancel}>
          {strings.cancel}
        </Button>
        <Button onClick={register} loading={busy} disabled={accepted === 0}>
          {words.register(accepted)}
        </Button>
      </Group>
    </Card>
  );
}
