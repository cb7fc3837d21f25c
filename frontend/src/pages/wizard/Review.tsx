// All answers once more before the run, page by page, as the template's `ui:backstage.review` wants them shown.
import { Group, Stack, Title, UnstyledButton } from '@mantine/core';
import { getUiOptions, optionsList, type RJSFSchema, type UiSchema } from '@rjsf/utils';
import { isObject, type JsonObject } from '../../api/operation';
import type { FormValues } from '../../forms/TemplateForm';
import { isSecretField, type TemplatePage } from '../../forms/pages';
import { formsWords } from '../../forms/strings';
import { words } from './strings';
import classes from './WizardPage.module.css';

interface Props {
  pages: TemplatePage[];
  values: FormValues[];
  edit: (page: number) => void;
}

interface Row {
  key: string;
  title: string;
  text: string;
}

export function Review({ pages, values, edit }: Props) {
  if (pages.length === 0) return <p>{words.nothingAsked}</p>;
  return (
    <Stack gap="xl">
      {pages.map((page, index) => (
        <section key={index}>
          <Group justify="space-between" mb={6}>
            <Title order={3} size="h3">
              {page.title ?? formsWords.page(index + 1)}
            </Title>
            <UnstyledButton className={classes.edit} onClick={() => edit(index)}>
              {words.edit}
            </UnstyledButton>
          </Group>
          <dl className={classes.answers}>
            {rowsOf(values[index] ?? {}, page.schema, page.uiSchema, '').map((row) => (
              <div key={row.key}>
                <dt>{row.title}</dt>
                <dd>{row.text}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Stack>
  );
}

function rowsOf(values: FormValues, schema: unknown, uiSchema: UiSchema, above: string): Row[] {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => {
      const ui = isObject(uiSchema[name]) ? (uiSchema[name] as UiSchema) : {};
      const field = schemaOf(name, schema);
      const review = reviewOf(ui);
      const key = above ? `${above}.${name}` : name;
      const own = typeof review.name === 'string' ? review.name : (getUiOptions(ui).title ?? field?.title ?? name);
      const title = above ? `${titleAbove(above)} › ${own}` : own;
      if (typeof review.mask === 'string') return [{ key, title, text: review.mask }];
      if (review.show === false) return [];
      if (isSecretField(ui) || ui['ui:widget'] === 'password') return [{ key, title, text: words.secret }];
      if (isObject(value) && field?.properties && review.explode !== false) return rowsOf(value, field, ui, key);
      return [{ key, title, text: show(value, field, ui) }];
    });
}

const titleAbove = (above: string): string => above.split('.').at(-1) ?? above;

/** How the author wants an answer reviewed: `show`, `mask`, `name`, `explode`. */
function reviewOf(ui: UiSchema): JsonObject {
  const own: unknown = ui['ui:backstage'];
  const review = isObject(own) ? own.review : undefined;
  return isObject(review) ? review : {};
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

function show(value: unknown, schema: RJSFSchema | undefined, ui: UiSchema): string {
  if (!Array.isArray(value)) return textOf(value, schema, ui);
  const items = isObject(schema?.items) ? (schema.items as RJSFSchema) : undefined;
  return value.map((one) => textOf(one, items, isObject(ui.items) ? (ui.items as UiSchema) : ui)).join(', ') || words.empty;
}

function textOf(value: unknown, schema: RJSFSchema | undefined, ui: UiSchema): string {
  const choice = schema && choiceName(value, schema, ui);
  if (choice !== undefined && choice !== String(value)) return choice;
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (typeof value === 'string' && value.startsWith('data:')) return fileName(value);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value, null, 1);
}

function fileName(url: string): string {
  return decodeURIComponent(/;name=([^;,]+)/.exec(url.slice(0, 500))?.[1] ?? url.slice(0, 40));
}

/** What the form calls a value: its place in `enumNames`, or the title of its alternative. */
function choiceName(value: unknown, schema: RJSFSchema, ui: UiSchema): string | undefined {
  if (typeof value === 'object') return undefined;
  const choices = schema.type === 'boolean' && !schema.oneOf ? { ...schema, enum: schema.enum ?? [true, false] } : schema;
  return optionsList(choices, ui)?.find((option) => option.value === value)?.label;
}
