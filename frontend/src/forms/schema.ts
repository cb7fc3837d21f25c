// A page of a template as its author wrote it, taken apart into JSON Schema and hints for the form:
// `ui:*` keys may stand beside any field, also inside of items, dependencies and oneOf.
import type { RJSFSchema, UiSchema } from '@rjsf/utils';
import { isObject, type Json, type JsonObject } from '../api/operation';

export interface FormPage {
  schema: RJSFSchema;
  uiSchema: UiSchema;
}

const ENTITY_NAME = '^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$';

export function splitPage(written: unknown): FormPage {
  const source = isObject(written) ? written : {};
  const uiSchema: UiSchema = {};
  const schema = split(source, uiSchema) as RJSFSchema;
  schema.type ??= 'object';
  delete schema.title; // the wizard shows both above the form
  delete schema.description;
  return { schema, uiSchema };
}

function split(source: JsonObject, ui: UiSchema): JsonObject {
  const schema: JsonObject = {};
  for (const [key, value] of Object.entries(source)) {
    if (key.startsWith('ui:')) ui[key] = value;
    else if (key === 'enumNames') ui['ui:enumNames'] = value as string[];
    else if (key === 'properties' && isObject(value)) schema.properties = splitFields(value, ui);
    else if (key === 'items' && isObject(value)) schema.items = split(value, child(ui, 'items'));
    else if (key === 'dependencies' && isObject(value)) schema.dependencies = splitDependencies(value, ui);
    else if (['allOf', 'oneOf', 'anyOf'].includes(key) && Array.isArray(value)) {
      schema[key] = value.map((option) => (isObject(option) ? split(option, ui) : option));
    } else if (['if', 'then', 'else'].includes(key) && isObject(value)) schema[key] = split(value, ui);
    else if (key === 'definitions' && isObject(value)) schema.definitions = splitFields(value, {});
    else schema[key] = value;
  }
  if (ui['ui:field'] === 'EntityNamePicker' && schema.type === 'string') {
    schema.pattern ??= ENTITY_NAME;
    schema.maxLength ??= 63;
  }
  return schema;
}

/** A part that is behind a feature flag is not shown: this portal has no flags to set. */
export function isFlagged(part: unknown): boolean {
  if (!isObject(part)) return false;
  const options = part['ui:backstage'];
  return part['backstage:featureFlag'] !== undefined || (isObject(options) && options.featureFlag !== undefined);
}

function splitFields(fields: JsonObject, ui: UiSchema): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter(([, field]) => !isFlagged(field)).map(([name, field]) => [name, isObject(field) ? split(field, child(ui, name)) : field]),
  );
}

function splitDependencies(dependencies: JsonObject, ui: UiSchema): JsonObject {
  return Object.fromEntries(
    Object.entries(dependencies).map(([name, needed]): [string, Json] => [name, isObject(needed) ? split(needed, ui) : needed]),
  );
}

function child(ui: UiSchema, name: string): UiSchema {
  const known: unknown = ui[name];
  if (isObject(known)) return known as UiSchema;
  const made: UiSchema = {};
  ui[name] = made;
  return made;
}
