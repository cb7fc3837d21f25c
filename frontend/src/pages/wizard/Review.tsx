// All answers once more before the run, page by page.
import { Group, Stack, Title, UnstyledButton } from '@mantine/core';
import { getUiOptions, type RJSFSchema, type UiSchema } from '@rjsf/utils';
import { isObject } from '../../api/operation';
import type { FormPage } from '../../forms/schema';
import type { FormValues } from '../../forms/TemplateForm';
import { strings } from '../../strings';
import classes from './WizardPage.module.css';

interface Props {
  written: { title: string | null }[];
  pages: FormPage[];
  values: FormValues[];
  edit: (page: number) => void;
}

export function Review({ written, pages, values, edit }: Props) {
  if (pages.length === 0) return <p>{strings.wizard.nothingAsked}</p>;
  return (
    <Stack gap="xl">
      {pages.map((page, index) => (
        <section key={index}>
          <Group justify="space-between" mb={6}>
            <Title order={3} size="h3">
              {written[index]?.title ?? strings.wizard.page(index + 1)}
            </Title>
            <UnstyledButton className={classes.edit} onClick={() => edit(index)}>
              {strings.wizard.edit}
            </UnstyledButton>
          </Group>
          <dl className={classes.answers}>
            {Object.entries(values[index] ?? {})
              .filter(([, value]) => value !== undefined)
              .map(([name, value]) => (
                <div key={name}>
                  <dt>{titleOf(name, page)}</dt>
                  <dd>{show(name, value, page)}</dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
    </Stack>
  );
}

function uiOf(name: string, page: FormPage): UiSchema {
  const ui: unknown = page.uiSchema[name];
  return isObject(ui) ? (ui as UiSchema) : {};
}

/** The schema of a field, wherever on the page it is declared. */
function schemaOf(name: string, schema: unknown): RJSFSchema | undefined {
  if (Array.isArray(schema)) return schema.map((one: unknown) => schemaOf(name, one)).find((one) => one?.title) ?? undefined;
  if (!isObject(schema)) return undefined;
  const own = isObject(schema.properties) ? schema.properties[name] : undefined;
  if (isObject(own) && (own.title !== undefined || own.type !== undefined)) return own;
  const below = [schema.oneOf, schema.anyOf, schema.allOf, schema.then, schema.else];
  if (isObject(schema.dependencies)) below.push(...Object.values(schema.dependencies));
  return below.map((one) => schemaOf(name, one)).find((one) => one !== undefined);
}

function titleOf(name: string, page: FormPage): string {
  return getUiOptions(uiOf(name, page)).title ?? schemaOf(name, page.schema)?.title ?? name;
}

function show(name: string, value: unknown, page: FormPage): string {
  if (uiOf(name, page)['ui:widget'] === 'password') return strings.wizard.secret;
  if (typeof value === 'boolean') return value ? strings.wizard.yes : strings.wizard.no;
  const choice = choiceName(value, schemaOf(name, page.schema), uiOf(name, page));
  if (choice !== undefined) return choice;
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(', ') || strings.wizard.empty;
  return JSON.stringify(value, null, 1);
}

function choiceName(value: unknown, schema: RJSFSchema | undefined, ui: UiSchema): string | undefined {
  const names: unknown = ui['ui:enumNames'];
  const at = schema?.enum?.findIndex((one) => one === value) ?? -1;
  const name: unknown = Array.isArray(names) && at >= 0 ? names[at] : undefined;
  return typeof name === 'string' ? name : undefined;
}
