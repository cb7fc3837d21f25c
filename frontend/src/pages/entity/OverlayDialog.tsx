// Sets a field over what the descriptor says, with a reason that everybody can read.
import { TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { isObject, type Json } from '../../api/operation';
import { useOperation } from '../../api/hooks';
import { Dialog, DialogForm } from '../../components/Dialog';
import { ErrorState, RowsSkeleton } from '../../components/states';
import { useFormMutation } from '../../components/useFormMutation';
import { EntityHistory, EntityPage, FieldProvenance, SetOverlay } from '../../gql/operations';
import { provenanceWords as words } from './strings';
import type { PageEntity } from './tabs';

interface Props {
  entity: PageEntity;
  label: string;
  path: string;
  close: () => void;
}

export function OverlayDialog({ entity, label, path, close }: Props) {
  const answer = useOperation(FieldProvenance, { ref: entity.ref, path });
  return (
    <Dialog close={close} title={words.dialog(label)}>
      <Text size="sm" c="dimmed" mb="md">
        {words.dialogHint}
      </Text>
      {answer.data ? (
        <OverlayForm entity={entity} path={path} now={answer.data.explainField.value} close={close} />
      ) : answer.error ? (
        <ErrorState error={answer.error} retry={answer.refetch} />
      ) : (
        <RowsSkeleton rows={2} />
      )}
    </Dialog>
  );
}

function OverlayForm({ entity, path, now, close }: { entity: PageEntity; path: string; now: Json; close: () => void }) {
  const [value, setValue] = useState<string | string[]>(() => editable(now));
  const [reason, setReason] = useState('');
  const changed = [EntityPage, EntityHistory, FieldProvenance];
  const { errors, busy, send } = useFormMutation(SetOverlay, ['value', 'reason'], (data) => data.setOverlay.problems, changed);

  function submit() {
    const input = { ref: entity.ref, path, value: written(value, now), reason: reason.trim(), expectedEtag: entity.etag };
    send({ reason }, { input }, () => {
      notifications.show({ color: 'green', message: words.saved });
      close();
    });
  }

  const common = { label: words.value, description: words.valueEmpty, error: errors.value, 'data-autofocus': true };
  return (
    <DialogForm error={errors['']} label={words.save} busy={busy} submit={submit} close={close}>
      {Array.isArray(value) ? (
        <TagsInput {...common} value={value} onChange={setValue} />
      ) : isLong(value) || path.endsWith('/description') ? (
        <Textarea {...common} autosize minRows={3} maxRows={12} value={value} onChange={(event) => setValue(event.currentTarget.value)} />
      ) : (
        <TextInput {...common} value={value} onChange={(event) => setValue(event.currentTarget.value)} />
      )}
      <TextInput label={words.reason} description={words.reasonHint} withAsterisk value={reason} error={errors.reason} onChange={(event) => setReason(event.currentTarget.value)} />
    </DialogForm>
  );
}

const isLong = (text: string): boolean => text.length > 70 || text.includes('\n');

/** Lists of words are tags, all else is text; what is neither is shown as JSON. */
function editable(value: Json): string | string[] {
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function written(value: string | string[], now: Json): Json {
  if (Array.isArray(value)) return value.length > 0 ? value : null;
  if (value.trim() === '') return null;
  if (now === null || typeof now === 'string') return value.trim();
  try {
    return JSON.parse(value) as Json;
  } catch {
    return isObject(now) ? value : value.trim();
  }
}
