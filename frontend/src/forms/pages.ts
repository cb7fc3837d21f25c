// The pages of a template's form: those of the template, and one for secrets that no field of them asks for.
import type { UiSchema } from '@rjsf/utils';
import { isObject, type Json } from '../api/operation';
import { isFlagged, splitPage, type FormPage } from './schema';
import { formsWords } from './strings';
import { fieldsOf } from './values';

export interface TemplatePage extends FormPage {
  title: string | null;
  description: string | null;
  /** Its answers are secrets and nothing else. */
  isSecret: boolean;
}

interface Written {
  title: string | null;
  description: string | null;
  schema: unknown;
}

export function pagesOf(written: Written[], secretsSchema: unknown, named: string[]): TemplatePage[] {
  const pages: TemplatePage[] = written
    .filter((page) => !isFlagged(page.schema))
    .map(({ title, description, schema }) => ({ title, description, isSecret: false, ...splitPage(schema) }));
  const asked = new Set(pages.flatMap((page) => secretFields(page.uiSchema)));
  const schema = isObject(secretsSchema) ? secretsSchema : {};
  const properties = isObject(schema.properties) ? schema.properties : {};
  const lacking = [...new Set([...Object.keys(properties), ...named])].filter((name) => !asked.has(name));
  if (lacking.length === 0) return pages;
  const fields = Object.fromEntries(lacking.map((name): [string, Json] => [name, secretField(properties[name])]));
  const required = Array.isArray(schema.required) ? schema.required.filter((name) => typeof name === 'string' && lacking.includes(name)) : named;
  const page = splitPage({ properties: fields, required });
  return [...pages, { ...page, title: formsWords.secrets, description: formsWords.tokenHint, isSecret: true }];
}

function secretField(written: Json | undefined): Json {
  return { type: 'string', ...(isObject(written) ? written : {}), 'ui:field': 'Secret' };
}

/** Names of secrets that the fields of a page bring, wherever on the page they are. */
function secretFields(uiSchema: UiSchema): string[] {
  return Object.entries(uiSchema).flatMap(([name, ui]: [string, unknown]) => {
    if (!isObject(ui) || name.startsWith('ui:')) return [];
    const options = isObject(ui['ui:options']) ? ui['ui:options'] : {};
    const asked = options.requestUserCredentials;
    const key = isObject(asked) && typeof asked.secretsKey === 'string' ? [asked.secretsKey] : [];
    return [...(isSecretField(ui) ? [name] : []), ...key, ...secretFields(ui as UiSchema)];
  });
}

export const isSecretField = (ui: unknown): boolean => isObject(ui) && ui['ui:field'] === 'Secret';

/** The answers but for secrets and passwords: what may be kept in the browser. */
export function withoutSecrets(values: Record<string, unknown>, uiSchema: UiSchema): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => !isHidden(uiSchema[name]))
      .map(([name, value]) => [name, isObject(value) && isObject(uiSchema[name]) ? withoutSecrets(value, uiSchema[name] as UiSchema) : value]),
  );
}

/** A field, or a list whose items have a field, that nobody is to read over a shoulder. */
function isHidden(ui: unknown): boolean {
  if (!isObject(ui)) return false;
  const options = isObject(ui['ui:options']) ? ui['ui:options'] : {};
  if (isSecretField(ui) || ui['ui:widget'] === 'password' || options.widget === 'password') return true;
  const items = ui.items;
  return isObject(items) && (isHidden(items) || Object.values(items).some(isHidden));
}

/** The answers of an earlier run, each on the page that asks for it. */
export function spread(answers: Record<string, unknown>, pages: TemplatePage[]): Record<string, unknown>[] {
  return pages.map((page) => {
    if (page.isSecret) return {};
    const names = fieldsOf(page.schema);
    return withoutSecrets(Object.fromEntries(Object.entries(answers).filter(([name]) => names.has(name))), page.uiSchema);
  });
}
