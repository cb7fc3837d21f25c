// Chooses the users and groups that have a permission.
import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { beside } from '../../forms/problems';
import { TemplateForm, type FormValues } from '../../forms/TemplateForm';
import { textList } from '../../forms/catalogFilter';
import { GrantPluginPermission } from '../../gql/operations';
import type { Permission } from './Permissions';
import { words } from './strings';
import { useDecide } from './useDecide';

const PAGE = {
  schema: {
    type: 'object' as const,
    properties: { subjects: { type: 'array' as const, title: words.subjects, description: words.subjectsHint, items: { type: 'string' as const } } },
  },
  uiSchema: { subjects: { 'ui:field': 'MultiEntityPicker', 'ui:options': { catalogFilter: [{ kind: ['Group', 'User'] }] } } },
};

export default function Grant({ plugin, permission, close }: { plugin: string; permission: Permission; close: () => void }) {
  const [values, setValues] = useState<FormValues>({ subjects: permission.subjects });
  const [problems, setProblems] = useState({});
  const decide = useDecide(GrantPluginPermission);

  function grant(subjects: string[] | null) {
    decide.run({ plugin, permission: permission.name, subjects }, words.decided, (found) => {
      setProblems(beside(found.map(({ path, message }) => ({ path: ['values', path.at(-1) ?? 'subjects'], message }))));
      if (found.length === 0) close();
    });
  }

  return (
    <TemplateForm
      page={PAGE}
      idPrefix={`grant-${plugin}-${permission.name}`}
      values={values}
      problems={problems}
      onChange={setValues}
      onSubmit={({ subjects }) => grant(textList(subjects))}
    >
      <Group gap="xs" mt="sm">
        <Button type="submit" size="xs" loading={decide.isPending}>
          {words.save}
        </Button>
        {permission.decided && (
          <Button size="xs" variant="default" onClick={() => grant(null)}>
            {words.backToDefault}
          </Button>
        )}
        <Button size="xs" variant="subtle" color="gray" onClick={close}>
          {words.cancel}
        </Button>
      </Group>
    </TemplateForm>
  );
}
