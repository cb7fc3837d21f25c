// A field's name that tells, on hover or, to stay, on press, who said its value: file and line, or a change made in the portal.
import { Button, Group, Popover, UnstyledButton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { PencilLine } from 'lucide-react';
import { useRef, useState } from 'react';
import { useOperation, useOperationMutation } from '../../api/hooks';
import { Value } from '../../components/FieldChanges';
import { ErrorState, explain, RowsSkeleton } from '../../components/states';
import { TimeText } from '../../components/TimeText';
import { useEscape } from '../../components/useEscape';
import { EntityHistory, EntityPage, FieldProvenance, RemoveOverlay, type FieldProvenanceQuery } from '../../gql/operations';
import { OverlayDialog } from './OverlayDialog';
import classes from './Provenance.module.css';
import { provenanceWords as words } from './strings';
import type { PageEntity } from './tabs';

const OPEN_AFTER = 400;
const CLOSE_AFTER = 250;

interface Props {
  entity: PageEntity;
  label: string;
  /** JSON pointer into the document: /spec/owner. */
  path: string;
}

export function Provenance({ entity, label, path }: Props) {
  const [shown, setShown] = useState<'hovered' | 'pressed' | null>(null);
  const [editing, setEditing] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const show = (next: typeof shown, wait = 0) => {
    clearTimeout(timer.current);
    if (wait === 0) return setShown(next);
    timer.current = setTimeout(() => setShown((now) => (now === 'pressed' ? now : next)), wait);
  };
  const close = () => show(null);
  useEscape(shown !== null, close);
  const hover = { onMouseEnter: () => show('hovered', OPEN_AFTER), onMouseLeave: () => show(null, CLOSE_AFTER) };
  function edit() {
    close();
    setEditing(true);
  }

  const changed = entity.overlays.some((overlay) => overlay.path === path || path.startsWith(`${overlay.path}/`));
  return (
    <>
      <Popover
        opened={shown !== null}
        onChange={(on) => !on && close()}
        position="bottom-start"
        preventPositionChangeWhenVisible={false}
        width="min(380px, calc(100vw - 32px))"
        shadow="md"
        withinPortal
        trapFocus={shown === 'pressed'}
        returnFocus={shown !== 'hovered'}
      >
        <Popover.Target>
          <UnstyledButton className={classes.label} aria-label={words.ask(label)} aria-expanded={shown !== null} onClick={() => show(shown === 'pressed' ? null : 'pressed')} {...hover}>
            {label}
            {changed && <PencilLine size={12} aria-label={words.changedHere} />}
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown {...hover} role="dialog" aria-label={words.ask(label)}>
          {shown && <Layers entity={entity} path={path} edit={edit} close={close} />}
        </Popover.Dropdown>
      </Popover>
      {editing && <OverlayDialog entity={entity} label={label} path={path} close={() => setEditing(false)} />}
    </>
  );
}

interface LayersProps {
  entity: PageEntity;
  path: string;
  edit: () => void;
  close: () => void;
}

function Layers({ entity, path, edit, close }: LayersProps) {
  const answer = useOperation(FieldProvenance, { ref: entity.ref, path });
  const remove = useOperationMutation(RemoveOverlay, [EntityPage, EntityHistory, FieldProvenance]);
  if (answer.error) return <ErrorState error={answer.error} retry={answer.refetch} />;
  if (!answer.data) return <RowsSkeleton rows={2} />;
  const { layers } = answer.data.explainField;
  const overlay = layers.find((layer) => layer.origin === 'OVERLAY');

  function takeBack(from: string) {
    remove.mutate(
      { input: { ref: entity.ref, path: from } },
      {
        onSuccess: ({ removeOverlay }) => {
          const problem = removeOverlay.problems[0];
          notifications.show(problem ? { color: 'red', message: problem.message } : { color: 'green', message: words.takenBack });
        },
        onError: (error) => notifications.show({ color: 'red', ...explain(error) }),
        onSettled: close,
      },
    );
  }

  return (
    <>
      {layers.length === 0 && <p className={classes.nothing}>{words.nothing}</p>}
      <ul className={classes.layers}>
        {layers.map((layer, index) => (
          <Layer key={index} layer={layer} />
        ))}
      </ul>
      <Group gap={6} mt="sm">
        <Button size="compact-xs" variant="default" onClick={edit}>
          {words.change}
        </Button>
        {overlay && (
          <Button size="compact-xs" variant="default" loading={remove.isPending} onClick={() => takeBack(overlay.path)}>
            {words.takeBack}
          </Button>
        )}
      </Group>
    </>
  );
}

function Layer({ layer }: { layer: FieldProvenanceQuery['explainField']['layers'][number] }) {
  return (
    <li className={classes.layer} data-wins={layer.wins}>
      <div className={classes.origin}>
        {words.origins[layer.origin]}
        {layer.wins && <span>{words.wins}</span>}
      </div>
      <Value value={layer.value} />
      {layer.reason && <div>“{layer.reason}”</div>}
      <div className={classes.where}>
        {layer.origin === 'SOURCE' && (
          <code>{layer.file ? `${layer.file}${layer.line === null ? '' : `:${layer.line}`}` : (layer.source ?? words.hiddenSource)}</code>
        )}
        {layer.actor && <span>{words.by(layer.actor)}</span>}
        {layer.at && <TimeText at={layer.at} relative />}
      </div>
    </li>
  );
}
