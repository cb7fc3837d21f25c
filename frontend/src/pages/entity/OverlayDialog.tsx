// Sets a field over what the descriptor says, with a reason that everybody can read.
import { TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { isObject, type Json } from '../../api/operation';
import { useOperation, useOperationMutation } from '../../api/hooks';
import { Dialog, DialogForm } from '../../components/Dialog';
import { byField } from '../../components/problems';
import { ErrorState, explain, RowsSkeleton } from '../../components/states';
import { EntityHistory, EntityPage, FieldProvenance, SetOverlay } from '../../gql/operations';
import { strings } from '../../strings';
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
  const [errors, setErrors] = useState<Record<string, string>>({});
  const save = useOperationMutation(SetOverlay, [EntityPage, EntityHistory, FieldProvenance]);

  function submit() {
    if (reason.trim() === '') {
      setErrors({ reason: strings.required });
      return;
    }
    save.mutate(
      { input: { ref: entity.ref, path, value: written(value, now), reason: reason.trim(), expectedEtag: entity.etag } },
      {
        onSuccess: ({ setOverlay }) => {
          if (setOverlay.problems.length > 0) {
            setErrors(byField(setOverlay.problems, ['value', 'reason']));
            return;
          }
          notifications.show({ color: 'green', message: words.saved });
          close();
        },
        onError: (error) => setErrors({ '': explain(error).message }),
      },
    );
  }

  const common = { label: words.value, description: words.valueEmpty, error: errors.value, 'data-autofocus': true };
  return (
    <DialogForm error={errors['']} label={words.save} busy={save.isPending} submit={submit} close={close}>
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
