// The settings of a plugin as a form made of their schema; what the environment says stands beside it.
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { RJSFSchema, UiSchema } from '@rjsf/utils';
import { useState } from 'react';
import { isObject, type Json, type JsonObject } from '../../api/operation';
import { beside } from '../../forms/problems';
import { TemplateForm, type FormValues } from '../../forms/TemplateForm';
import { ChangePluginSettings, type PluginsQuery } from '../../gql/operations';
import classes from './PluginsPage.module.css';
import { words } from './strings';
import { useDecide } from './useDecide';

type Settings = NonNullable<PluginsQuery['plugins'][number]['settings']>;
type Field = Settings['fields'][number];

export default function SettingsForm({ plugin, settings }: { plugin: string; settings: Settings }) {
  const known = Object.fromEntries(settings.fields.filter(({ editable, value }) => editable && value !== null).map(({ name, value }) => [name, value]));
  const [values, setValues] = useState<FormValues>(known);
  const [problems, setProblems] = useState({});
  const [whole, setWhole] = useState('');
  const decide = useDecide(ChangePluginSettings);
  const fixed = settings.fields.filter(({ editable }) => !editable);
  const written = settings.fields.filter(({ source }) => source === 'page');
  const page = { schema: settings.schema as RJSFSchema, uiSchema: hintsOf(settings) };

  function write(changed: JsonObject, then: FormValues) {
    if (Object.keys(changed).length === 0) return notifications.show({ message: words.unchanged });
    decide.run({ plugin, values: changed }, words.saved, (found) => {
      setProblems(beside(found));
      setWhole(found.filter(({ path }) => path.length < 2).map(({ message }) => message).join(' '));
      if (found.length === 0) setValues(then);
    });
  }

  function save(given: FormValues) {
    const secrets = new Set(settings.fields.filter(({ secret, value }) => secret && value === null).map(({ name }) => name));
    write(changes(known, given), Object.fromEntries(Object.entries(given).filter(([name]) => !secrets.has(name))));
  }

  return (
    <Stack gap="md" mt="xs">
      {fixed.length > 0 && <Fixed fields={fixed} />}
      {whole && (
        <Alert color="red" variant="light" role="alert">
          {whole}
        </Alert>
      )}
      {fixed.length < settings.fields.length && (
        <TemplateForm page={page} idPrefix={plugin} values={values} problems={problems} onChange={setValues} onSubmit={save}>
          <Button type="submit" size="xs" mt="md" loading={decide.isPending}>
            {words.save}
          </Button>
        </TemplateForm>
      )}
      {written.length > 0 && (
        <Group gap={6}>
          <Text size="xs" c="dimmed">
            {words.writtenHere}
          </Text>
          {written.map(({ name, title }) => (
            <Button
              key={name}
              size="compact-xs"
              variant="default"
              onClick={() => write({ [name]: null }, Object.fromEntries(Object.entries(values).filter(([other]) => other !== name)))}
            >
              {words.takeBack(title)}
            </Button>
          ))}
        </Group>
      )}
    </Stack>
  );
}

function Fixed({ fields }: { fields: Field[] }) {
  return (
    <section aria-label={words.fromEnvironment}>
      <Text size="xs" fw={600} c="dimmed" mb={4}>
        {words.fromEnvironment}
      </Text>
      <ul className={classes.list}>
        {fields.map((field) => (
          <li key={field.name} className={classes.claim}>
            <span className={classes.name}>
              {field.title} <span className={classes.point}>{field.variable}</span>
            </span>
            <span className={classes.fact}>{valueOf(field)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function valueOf({ value, isSet }: Field): string {
  if (value === null) return isSet ? words.isSet : words.notSet;
  return typeof value === 'string' ? value || words.notSet : JSON.stringify(value);
}

/** What differs from what is known; what was emptied goes back to its default. */
function changes(known: FormValues, given: FormValues): JsonObject {
  const changed: JsonObject = {};
  for (const name of new Set([...Object.keys(known), ...Object.keys(given)])) {
    if (JSON.stringify(known[name]) !== JSON.stringify(given[name])) changed[name] = (given[name] ?? null) as Json;
  }
  return changed;
}

/** Secrets are never answered, so their fields are empty: they say what that means. */
function hintsOf({ schema, fields }: Settings): UiSchema {
  const properties = isObject(schema) && isObject(schema.properties) ? schema.properties : {};
  const hints: UiSchema = {};
  for (const { name, isSet } of fields) {
    const field = properties[name];
    if (!isObject(field)) continue;
    if (field.format === 'password') hints[name] = isSet ? { 'ui:placeholder': words.keepSecret } : {};
    const inner = isObject(field.items) && isObject(field.items.properties) ? field.items.properties : {};
    const secrets = Object.entries(inner).filter(([, one]) => isObject(one) && one.format === 'password');
    if (secrets.length > 0) hints[name] = { items: Object.fromEntries(secrets.map(([key]) => [key, { 'ui:placeholder': words.keepInner }])) };
  }
  return hints;
}
