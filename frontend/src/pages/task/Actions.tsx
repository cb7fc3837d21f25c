// What can be done with a task now: cancel it, retry it, take back what it made, run the template again.
import { Button, Group, List, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { CircleStop, RotateCcw, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useOperationMutation } from '../../api/hooks';
import { PageButton } from '../../components/links';
import { CancelTask, RetryTask, Task, UndoTask } from '../../gql/operations';
import { uuidOf } from '../../ids';
import { parseRef } from '../../refs';
import { strings } from '../../strings';
import { words } from './strings';
import { isLive, type TaskData } from './taskData';
import { tell, tellError } from './tell';

export function Actions({ task }: { task: TaskData }) {
  const cancel = useOperationMutation(CancelTask, [Task]);
  if (isLive(task)) {
    if (!task.canCancel) return null;
    return (
      <Button
        variant="default"
        leftSection={<CircleStop size={16} aria-hidden />}
        loading={cancel.isPending}
        onClick={() => cancel.mutate({ input: { id: task.id } }, { onSuccess: ({ cancelTask }) => tell(cancelTask.problems), onError: tellError })}
      >
        {strings.task.cancel}
      </Button>
    );
  }
  const { namespace, name } = parseRef(task.templateRef);
  return (
    <>
      {task.canUndo && <Undo task={task} />}
      {task.template && (
        <PageButton to="/create/$namespace/$name" params={{ namespace, name }} search={{ from: uuidOf(task.id) }} variant="default">
          {strings.task.again}
        </PageButton>
      )}
      {task.canRetry && <Retry task={task} />}
    </>
  );
}

function Retry({ task }: { task: TaskData }) {
  const [opened, { open, close }] = useDisclosure();
  const secrets = useSecrets(task.secretNames);
  const retry = useOperationMutation(RetryTask, [Task]);
  const run = () =>
    retry.mutate(
      { input: { id: task.id, ...secrets.input } },
      { onSuccess: ({ retryTask }) => (retryTask.problems.length > 0 ? tell(retryTask.problems) : close()), onError: tellError },
    );
  return (
    <>
      <Button leftSection={<RotateCcw size={16} aria-hidden />} onClick={open}>
        {words.retry}
      </Button>
      <Modal opened={opened} onClose={close} title={words.retryTitle}>
        <Stack gap="md">
          <Text size="sm">{words.retryHint}</Text>
          {secrets.fields}
          <Group justify="space-between">
            {task.template ? (
              <PageButton to="/create/$namespace/$name" params={parseRef(task.templateRef)} search={{ retry: uuidOf(task.id) }} variant="default">
                {words.retryChange}
              </PageButton>
            ) : (
              <span />
            )}
            <Button onClick={run} loading={retry.isPending} disabled={!secrets.complete} data-autofocus>
              {words.retrySame}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

function Undo({ task }: { task: TaskData }) {
  const [opened, { open, close }] = useDisclosure();
  const secrets = useSecrets(task.secretNames);
  const undo = useOperationMutation(UndoTask, [Task]);
  const there = task.effects.filter((effect) => ['DONE', 'INTENDED', 'LEFT'].includes(effect.state)).reverse();
  const run = () =>
    undo.mutate(
      { input: { id: task.id, ...secrets.input } },
      { onSuccess: ({ undoTask }) => (undoTask.problems.length > 0 ? tell(undoTask.problems) : close()), onError: tellError },
    );
  return (
    <>
      <Button variant="default" leftSection={<Undo2 size={16} aria-hidden />} onClick={open}>
        {words.undo}
      </Button>
      <Modal opened={opened} onClose={close} title={words.undoTitle}>
        <Stack gap="md">
          <Text size="sm">{words.undoHint}</Text>
          <List size="sm">
            {there.map((effect, index) => (
              <List.Item key={index}>
                {effect.verb} {effect.target}
              </List.Item>
            ))}
          </List>
          {secrets.fields}
          <Group justify="flex-end">
            <Button color="red" onClick={run} loading={undo.isPending} disabled={!secrets.complete}>
              {words.undoNow(there.length)}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

/** A field for each secret that the task had and that is gone now. */
function useSecrets(names: string[]) {
  const [values, setValues] = useState<Record<string, string>>({});
  const fields = names.length > 0 && (
    <Stack gap="xs">
      <Text size="sm">{words.secretsAgain}</Text>
      {names.map((name) => (
        <PasswordInput
          key={name}
          label={name}
          value={values[name] ?? ''}
          autoComplete="new-password"
          onChange={(event) => {
            const { value } = event.currentTarget;
            setValues((all) => ({ ...all, [name]: value }));
          }}
        />
      ))}
    </Stack>
  );
  return { fields, complete: names.every((name) => values[name]), input: names.length > 0 ? { secrets: values } : {} };
}
