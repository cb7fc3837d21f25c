// Asks for what a plugin's action takes, runs it, and shows what came of it beside the fields.
import { Button, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { ErrorSchema, RJSFSchema } from '@rjsf/utils';
import { useState } from 'react';
import { useOperationMutation } from '../api/hooks';
import { explain } from '../components/states';
import { beside } from '../forms/problems';
import { TemplateForm, type FormValues } from '../forms/TemplateForm';
import { EntityPage, EntityPanels, HomePanels, PluginPagePanels, RunEntityAction } from '../gql/operations';
import type { BlockProps } from './types';

export default function Form({ block, plugin, refText }: BlockProps<'FormBlock'>) {
  const [values, setValues] = useState<FormValues>(block.values as FormValues);
  const [problems, setProblems] = useState<ErrorSchema>({});
  const run = useOperationMutation(RunEntityAction, [EntityPage, EntityPanels, HomePanels, PluginPagePanels]);
  const ref = block.entity || refText;
  const page = { title: block.title, schema: block.schema as RJSFSchema, uiSchema: {} };

  function submit(given: FormValues) {
    if (ref === undefined) return;
    run.mutate(
      { input: { ref, plugin, action: block.action, values: given as never } },
      {
        onSuccess: ({ runEntityAction: { message, problems: found } }) => {
          setProblems(beside(found));
          if (message) notifications.show({ color: 'green', message });
          const rest = found.filter((problem) => problem.path.length < 2);
          for (const problem of rest) notifications.show({ color: 'red', message: problem.message });
        },
        onError: (error) => notifications.show({ color: 'red', ...explain(error) }),
      },
    );
  }

  return (
    <div>
      <Text size="sm" fw={550} mb="xs">
        {block.title}
      </Text>
      <TemplateForm page={page} values={values} problems={problems} onChange={setValues} onSubmit={submit}>
        <Button type="submit" size="xs" mt="sm" loading={run.isPending} disabled={ref === undefined}>
          {block.submit}
        </Button>
      </TemplateForm>
    </div>
  );
}
