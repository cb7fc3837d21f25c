// All answers once more before the run, page by page.
import { Group, Stack, Title, UnstyledButton } from '@mantine/core';
import { getUiOptions, optionsList, type RJSFSchema, type UiSchema } from '@rjsf/utils';
import { isObject } from '../../api/operation';
import type { FormPage } from '../../forms/schema';
import type { FormValues } from '../../forms/TemplateForm';
import { words } from './strings';
import classes from './WizardPage.module.css';

interface Props {
  written: { title: string | null }[];
  pages: FormPage[];
  values: FormValues[];
  edit: (page: number) => void;
}

export function Review({ written, pages, values, edit }: Props) {
  if (pages.length === 0) return <p>{words.nothingAsked}</p>;
  return (
    <Stack gap="xl">
      {pages.map((page, index) => (
        <section key={index}>
          <Group justify="space-between" mb={6}>
            <Title order={3} size="h3">
              {written[index]?.title ?? words.page(index + 1)}
            </Title>
            <UnstyledButton className={classes.edit} onClick={() => edit(index)}>
              {words.edit}
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
  const ui = uiOf(name, page);
  const schema = schemaOf(name, page.schema);
  if (ui['ui:widget'] === 'password') return words.secret;
  if (!Array.isArray(value)) return textOf(value, schema, ui);
  const items = isObject(schema?.items) ? (schema.items as RJSFSchema) : undefined;
  return value.map((one) => textOf(one, items, isObject(ui.items) ? (ui.items as UiSchema) : ui)).join(', ') || words.empty;
}

function textOf(value: unknown, schema: RJSFSchema | undefined, ui: UiSchema): string {
  const choice = schema && choiceName(value, schema, ui);
  if (choice !== undefined && choice !== String(value)) return choice;
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value, null, 1);
}

/** What the form calls a value: its place in `enumNames`, or the title of its alternative. */
function choiceName(value: unknown, schema: RJSFSchema, ui: UiSchema): string | undefined {
  const choices = schema.type === 'boolean' && !schema.oneOf ? { ...schema, enum: schema.enum ?? [true, false] } : schema;
  return optionsList(choices, ui)?.find((option) => option.value === value)?.label;
}
