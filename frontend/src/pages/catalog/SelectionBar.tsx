// What can be done with the entities that are chosen, in the place of the list's own buttons.
import { ActionIcon, Button, CloseButton, Group, List, Loader, Menu, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { Copy, Download, EllipsisVertical, PencilLine } from 'lucide-react';
import { useState } from 'react';
import { ConfirmDialog, Dialog } from '../../components/Dialog';
import { EntityLink } from '../../components/links';
import { Said } from '../../components/Said';
import { explain } from '../../components/states';
import { ExportMenu } from './ExportMenu';
import { useEach, type EachKey, type Refused } from './each';
import { FieldDialog } from './FieldDialog';
import type { CatalogSearch } from './search';
import { readAgain } from './hundreds';
import { MOST, type Chosen, type Selection } from './selection';
import { words } from './strings';

interface Props {
  selection: Selection;
  search: CatalogSearch;
}

export function SelectionBar({ selection, search }: Props) {
  const narrow = useMediaQuery('(max-width: 62em)', false, { getInitialValueInEffect: false });
  const [dialog, setDialog] = useState<{ asks: 'field' | 'remove'; rows: Chosen[] } | null>(null);
  const [reading, setReading] = useState(false);
  const [told, setTold] = useState<{ act: EachKey; refused: Refused[]; tried: number; all: number } | null>(null);
  const each = useEach((act, refused, tried, all) => setTold({ act, refused, tried, all }));
  const { rows } = selection;
  const refs = rows.map(({ ref }) => ref);

  function copy() {
    navigator.clipboard.writeText(refs.join('\n')).then(
      () => notifications.show({ color: 'green', message: words.copied(refs.length) }),
      () => notifications.show({ color: 'red', message: words.copyFailed }),
    );
  }

  /** The question is about them as they are now, also those that another page shows. */
  function askToRemove() {
    setReading(true);
    readAgain(rows)
      .then((fresh) => setDialog({ asks: 'remove', rows: fresh }))
      .catch((error: unknown) => notifications.show({ color: 'red', ...explain(error as Error) }))
      .finally(() => setReading(false));
  }

  const askForField = () => setDialog({ asks: 'field', rows });

  function remove(these: Chosen[]) {
    setDialog(null);
    void each.run('remove', these).then(selection.replace);
  }

  const item = (act: EachKey) => <Menu.Item onClick={() => void each.run(act, rows)}>{words.each[act].label}</Menu.Item>;
  return (
    <>
      {each.at !== null && (
        <Group gap={8} c="dimmed" role="status">
          <Loader size={14} aria-hidden /> {words.running(each.at, rows.length)}
          <Button size="compact-sm" variant="default" onClick={each.stop}>
            {words.stop}
          </Button>
        </Group>
      )}
      {!narrow && (
        <>
          <Button size="compact-sm" variant="default" leftSection={<PencilLine size={14} aria-hidden />} onClick={askForField}>
            {words.setField}
          </Button>
          <Button size="compact-sm" variant="default" leftSection={<Copy size={14} aria-hidden />} onClick={copy}>
            {words.copyRefs}
          </Button>
        </>
      )}
      <ExportMenu search={search} refs={refs}>
        <ActionIcon variant="subtle" color="gray" aria-label={words.exportChosen} title={words.exportChosen}>
          <Download size={16} aria-hidden />
        </ActionIcon>
      </ExportMenu>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={words.moreActions} title={words.moreActions} disabled={each.at !== null}>
            <EllipsisVertical size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {narrow && <Menu.Item onClick={askForField}>{words.setField}</Menu.Item>}
          {narrow && <Menu.Item onClick={copy}>{words.copyRefs}</Menu.Item>}
          {item('favour')}
          {item('unfavour')}
          {item('refresh')}
          <Menu.Item color="var(--portal-danger)" disabled={reading} onClick={askToRemove}>
            {words.each.remove.label}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <CloseButton aria-label={words.chooseNone} title={words.chooseNone} onClick={selection.clear} />

      {dialog?.asks === 'field' && <FieldDialog chosen={dialog.rows} close={() => setDialog(null)} />}
      {dialog?.asks === 'remove' && (
        <ConfirmDialog title={words.removeTitle(dialog.rows.length)} label={words.removeConfirm} red confirm={() => remove(dialog.rows)} close={() => setDialog(null)}>
          {words.removeHint}
        </ConfirmDialog>
      )}
      {told && (
        <Dialog title={words.refusedTitle(told.refused.length, told.tried)} close={() => setTold(null)}>
          <RefusedList refused={told.refused} />
          {told.tried > told.refused.length && (
            <Text size="sm" c="dimmed" mt="md">
              {words.refusedDone(told.tried - told.refused.length, words.each[told.act].done)}
            </Text>
          )}
          {told.all > told.tried && (
            <Text size="sm" c="dimmed" mt="md">
              {words.refusedStopped(told.all - told.tried)}
            </Text>
          )}
        </Dialog>
      )}
    </>
  );
}

export function RefusedList({ refused }: { refused: Refused[] }) {
  return (
    <List size="sm" spacing={6} listStyleType="none">
      {refused.map(({ row, message }) => (
        <List.Item key={row.ref}>
          <EntityLink refText={row.ref} label={row.displayName} />
          <Text size="xs" c="dimmed">
            <Said text={message} />
          </Text>
        </List.Item>
      ))}
    </List>
  );
}

/** How many are chosen, where the list says its name otherwise. */
export function ChosenCount({ selection, shown }: { selection: Selection; shown: Chosen[] }) {
  const elsewhere = selection.rows.length - shown.filter(({ ref }) => selection.has(ref)).length;
  return (
    <span aria-live="polite">
      {words.chosen(selection.rows.length)}
      {(elsewhere > 0 || selection.rows.length >= MOST) && (
        <Text span size="sm" c="dimmed" ml={8}>
          {selection.rows.length >= MOST ? words.chosenFull(MOST) : words.chosenElsewhere(elsewhere)}
        </Text>
      )}
    </span>
  );
}
