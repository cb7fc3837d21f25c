// Saved views: opened, saved, renamed, shared with a group, deleted.
import { Button, Menu, Select, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useNavigate } from '@tanstack/react-router';
import { Bookmark, Check } from 'lucide-react';
import { useState } from 'react';
import { useOperation, useOperationMutation } from '../../api/hooks';
import { ConfirmDialog, Dialog, DialogForm } from '../../components/Dialog';
import { explain } from '../../components/states';
import { useAct } from '../../components/useAct';
import { useFormMutation } from '../../components/useFormMutation';
import { DeleteView, PickMyGroups, SavedViews, SaveView } from '../../gql/operations';
import { shortRef } from '../../refs';
import { strings } from '../../strings';
import { savedSearchOf, type CatalogSearch } from './search';
import { words } from './strings';
import { searchOf, useViews, type SavedView } from './views';
import classes from './ViewsMenu.module.css';

const ALONE = 'alone';

type Asking = 'new' | 'edit' | 'delete' | null;

export function ViewsMenu({ search }: { search: CatalogSearch }) {
  const navigate = useNavigate({ from: '/catalog' });
  const [wanted, setWanted] = useState(false);
  const { views, loading, open, changed } = useViews(search, wanted);
  const [asking, setAsking] = useState<Asking>(null);
  const save = useOperationMutation(SaveView, [SavedViews]);
  const show = (view: SavedView) => void navigate({ search: searchOf(view) });

  function update(view: SavedView) {
    save.mutate(
      { input: { id: view.id, name: view.name, search: savedSearchOf(search), groupRef: view.groupRef } },
      {
        onSuccess: ({ saveView: { problems } }) => {
          const problem = problems[0];
          notifications.show(problem ? { color: 'red', message: problem.message } : { color: 'green', message: words.viewSaved(view.name) });
        },
        onError: (error) => notifications.show({ color: 'red', ...explain(error) }),
      },
    );
  }

  return (
    <>
      <Menu position="bottom-end" withinPortal width={280} onOpen={() => setWanted(true)}>
        <Menu.Target>
          <Button variant="default" leftSection={<Bookmark size={16} aria-hidden />} className={classes.button} data-open={open ? true : undefined} loading={save.isPending}>
            <span className={classes.name}>{open ? (changed ? words.viewChanged(open.name) : open.name) : words.views}</span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown className={classes.menu}>
          {grouped(views).map(({ label, members }) => (
            <div key={label}>
              <Menu.Label>{label}</Menu.Label>
              {members.map((view) => (
                <Menu.Item key={view.id} onClick={() => show(view)} rightSection={view.id === open?.id ? <Check size={14} aria-label={strings.chosen} /> : undefined}>
                  {view.name}
                </Menu.Item>
              ))}
            </div>
          ))}
          {views.length === 0 && <Menu.Label>{loading ? strings.loading : words.viewsNone}</Menu.Label>}
          <Menu.Divider />
          {open && changed && <Menu.Item onClick={() => update(open)}>{words.viewUpdate(open.name)}</Menu.Item>}
          <Menu.Item onClick={() => setAsking('new')}>{words.viewSave}</Menu.Item>
          {open && <Menu.Item onClick={() => setAsking('edit')}>{words.viewEdit(open.name)}</Menu.Item>}
          {open && (
            <Menu.Item color="var(--portal-danger)" onClick={() => setAsking('delete')}>
              {words.viewDelete(open.name)}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {asking === 'new' && <ViewDialog search={savedSearchOf(search)} close={() => setAsking(null)} saved={show} />}
      {asking === 'edit' && open && <ViewDialog view={open} search={open.search} close={() => setAsking(null)} />}
      {asking === 'delete' && open && <DeleteDialog view={open} close={() => setAsking(null)} />}
    </>
  );
}

/** One's own first, then each group's. */
function grouped(views: SavedView[]): { label: string; members: SavedView[] }[] {
  const labelOf = (view: SavedView) => (view.groupRef ? (view.group?.displayName ?? shortRef(view.groupRef)) : '');
  const labels = [...new Set(views.map(labelOf))].sort();
  return labels.map((label) => ({ label: label || words.viewsOwn, members: views.filter((view) => labelOf(view) === label) }));
}

interface DialogProps {
  view?: SavedView;
  search: string;
  close: () => void;
  saved?: (view: SavedView) => void;
}

function ViewDialog({ view, search, close, saved }: DialogProps) {
  const [name, setName] = useState(view?.name ?? '');
  const [group, setGroup] = useState(view?.groupRef ?? ALONE);
  const groups = useOperation(PickMyGroups, {}).data?.viewer.groups ?? [];
  const { errors, busy, send } = useFormMutation(SaveView, ['name', 'groupRef'], (data) => data.saveView.problems, [SavedViews]);

  function submit() {
    const input = { ...(view && { id: view.id }), name: name.trim(), search, groupRef: group === ALONE ? null : group };
    send({ name }, { input }, ({ saveView: { view: kept } }) => {
      notifications.show({ color: 'green', message: words.viewSaved(input.name) });
      if (kept) saved?.(kept);
      close();
    });
  }

  return (
    <Dialog close={close} title={view ? words.viewEdit(view.name).replace('…', '') : words.viewSave.replace('…', '')}>
      <DialogForm error={errors['']} label={words.save} busy={busy} submit={submit} close={close}>
        <TextInput label={words.viewName} withAsterisk data-autofocus maxLength={80} value={name} error={errors.name} onChange={(event) => setName(event.currentTarget.value)} />
        {groups.length > 0 && (
          <Select
            label={words.viewFor}
            description={words.viewForHint}
            allowDeselect={false}
            value={group}
            error={errors.groupRef}
            onChange={(value) => setGroup(value ?? ALONE)}
            data={[{ value: ALONE, label: words.viewForMe }, ...groups.map(({ ref, displayName }) => ({ value: ref, label: displayName }))]}
          />
        )}
      </DialogForm>
    </Dialog>
  );
}

function DeleteDialog({ view, close }: { view: SavedView; close: () => void }) {
  const remove = useAct(DeleteView, { input: { id: view.id } }, (data) => data.deleteView.problems, words.viewDeleted(view.name), [SavedViews]);
  return (
    <ConfirmDialog title={words.viewDelete(view.name).replace('…', '?')} label={words.viewDeleteConfirm} red busy={remove.busy} confirm={() => remove.run(close)} close={close}>
      {view.groupRef ? words.viewDeleteShared(view.group?.displayName ?? shortRef(view.groupRef)) : words.viewDeleteHint}
    </ConfirmDialog>
  );
}
