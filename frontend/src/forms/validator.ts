// The validator of @rjsf's interface over an interpreting library: nothing is compiled, so the policy
// `script-src 'self'` holds. It helps while one types; the server's answer is the authority.
import { Validator, type OutputUnit, type Schema } from '@cfworker/json-schema';
import {
  createErrorHandler,
  getUiOptions,
  toErrorSchema,
  unwrapErrorHandler,
  validationDataMerge,
  type CustomValidator,
  type ErrorTransformer,
  type RJSFSchema,
  type RJSFValidationError,
  type UiSchema,
  type ValidationData,
  type ValidatorType,
} from '@rjsf/utils';
import { isObject } from '../api/operation';
import { formsWords } from './strings';

type FormValues = Record<string, unknown>;

/** Keywords that only say that something below them is wrong. */
const CONTAINERS = new Set([
  'properties', 'items', 'additionalItems', 'prefixItems', '$ref', 'allOf', 'if', 'then', 'else', 'dependencies',
  'dependentSchemas', 'patternProperties',
]);

class InterpretingValidator implements ValidatorType<FormValues> {
  private readonly cache = new WeakMap<object, Validator>();

  validateFormData(
    formData: FormValues | undefined,
    schema: RJSFSchema,
    customValidate?: CustomValidator<FormValues>,
    transformErrors?: ErrorTransformer<FormValues>,
    uiSchema?: UiSchema<FormValues>,
  ): ValidationData<FormValues> {
    let errors = this.rawValidation<OutputUnit>(schema, formData).errors?.map((unit) => toFormError(unit, schema, uiSchema)) ?? [];
    if (transformErrors) errors = transformErrors(errors, uiSchema);
    const found = { errors, errorSchema: toErrorSchema<FormValues>(errors) };
    if (!customValidate) return found;
    const handler = customValidate(formData, createErrorHandler(formData ?? {}), uiSchema);
    return validationDataMerge(found, unwrapErrorHandler(handler));
  }

  isValid(schema: RJSFSchema, formData: FormValues | undefined, rootSchema: RJSFSchema): boolean {
    const { definitions, $defs } = rootSchema;
    const whole = { ...(definitions ? { definitions } : {}), ...($defs ? { $defs } : {}), ...schema };
    return (this.rawValidation(whole, formData).errors ?? []).length === 0;
  }

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the interface has it
  rawValidation<Result = unknown>(schema: RJSFSchema, formData?: FormValues): { errors?: Result[]; validationError?: Error } {
    try {
      const { errors } = this.validatorOf(schema).validate(withoutUndefined(formData));
      return { errors: errors.filter((unit) => !CONTAINERS.has(unit.keyword)) as Result[] };
    } catch (error) {
      return { validationError: error as Error }; // a schema that makes no sense: the server says so
    }
  }

  /** The library writes into the schema it is given, so it gets a copy of its own. */
  private validatorOf(schema: RJSFSchema): Validator {
    const known = this.cache.get(schema);
    if (known) return known;
    const made = new Validator(structuredClone(schema) as Schema, '7', false);
    this.cache.set(schema, made);
    return made;
  }
}

export const validator: ValidatorType<FormValues> = new InterpretingValidator();

/** A form keeps emptied fields as undefined; JSON, and so JSON Schema, has no such value. */
function withoutUndefined(value: unknown): unknown {
  return value === undefined ? {} : (JSON.parse(JSON.stringify(value)) as unknown);
}

function toFormError(unit: OutputUnit, schema: RJSFSchema, uiSchema: UiSchema | undefined): RJSFValidationError {
  const path = pointerParts(unit.instanceLocation);
  if (unit.keyword === 'required') {
    const missing = /property "(.*)"\.?$/.exec(unit.error)?.[1];
    if (missing !== undefined) path.push(missing);
  }
  const message = messageFor(unit, valueAt(schema, pointerParts(unit.keywordLocation)));
  const title = path.length > 0 ? getUiOptions(uiFor(uiSchema, path)).title : undefined;
  return {
    name: unit.keyword,
    property: path.map((part) => `.${part}`).join(''),
    message,
    stack: `${title ?? path.join(' ')} ${message}`,
    schemaPath: unit.keywordLocation,
  };
}

function messageFor(unit: OutputUnit, limit: unknown): string {
  const words = formsWords.mistakes;
  switch (unit.keyword) {
    case 'required':
      return words.required;
    case 'minLength':
      return typeof limit === 'number' ? words.minLength(limit) : unit.error;
    case 'maxLength':
      return typeof limit === 'number' ? words.maxLength(limit) : unit.error;
    case 'pattern':
      return typeof limit === 'string' ? words.pattern(limit) : unit.error;
    case 'minimum':
      return typeof limit === 'number' ? words.minimum(limit) : unit.error;
    case 'maximum':
      return typeof limit === 'number' ? words.maximum(limit) : unit.error;
    case 'format':
      return typeof limit === 'string' ? words.format(limit) : unit.error;
    case 'enum':
      return words.enum;
    case 'minItems':
      return typeof limit === 'number' ? words.minItems(limit) : unit.error;
    case 'maxItems':
      return typeof limit === 'number' ? words.maxItems(limit) : unit.error;
    case 'uniqueItems':
      return words.uniqueItems;
    case 'type':
      return typeof limit === 'string' ? words.type(limit) : unit.error;
    default:
      return unit.error;
  }
}

function pointerParts(pointer: string): string[] {
  return pointer
    .replace(/^#/, '')
    .split('/')
    .filter((part) => part !== '')
    .map((part) => decodeURIComponent(part).replace(/~1/g, '/').replace(/~0/g, '~'));
}

function valueAt(root: unknown, path: string[]): unknown {
  let value: unknown = root;
  for (const part of path) {
    if (Array.isArray(value)) value = (value as unknown[])[Number(part)];
    else if (isObject(value)) value = value[part];
    else return undefined;
  }
  return value;
}

function uiFor(uiSchema: UiSchema | undefined, path: string[]): UiSchema {
  let ui: unknown = uiSchema ?? {};
  for (const part of path) ui = isObject(ui) ? (ui[/^\d+$/.test(part) ? 'items' : part] ?? {}) : {};
  return isObject(ui) ? (ui as UiSchema) : {};
}
