// The answers to a template's form: kept page by page, sent as one, and the server's problems brought back to them.
import type { ErrorSchema } from '@rjsf/utils';
import { isObject } from '../api/operation';
import type { MutationProblem } from '../components/problems';
import type { FormPage } from './schema';
import type { FormValues } from './TemplateForm';

export function merged(pages: FormValues[]): FormValues {
  return Object.assign({}, ...pages) as FormValues;
}

export interface PlacedProblems {
  /** One per page: messages by field, in the form's own shape. */
  byPage: ErrorSchema[];
  /** Messages that belong to no field. */
  general: string[];
  firstPage: number | null;
}

export function placeProblems(problems: MutationProblem[], pages: FormPage[]): PlacedProblems {
  const byPage: ErrorSchema[] = pages.map(() => ({}));
  const general: string[] = [];
  let firstPage: number | null = null;
  for (const problem of problems) {
    const start = problem.path.indexOf('parameters');
    const path = start < 0 ? [] : problem.path.slice(start + 1);
    const index = path[0] === undefined ? -1 : pages.findIndex((page) => fieldsOf(page.schema).has(path[0] ?? ''));
    const target = byPage[index];
    if (!target) {
      general.push(path.length > 0 ? `${path.join('.')}: ${problem.message}` : problem.message);
      continue;
    }
    addError(target, path, problem.message);
    firstPage = firstPage === null ? index : Math.min(firstPage, index);
  }
  return { byPage, general, firstPage };
}

function addError(schema: ErrorSchema, path: string[], message: string): void {
  let place = schema as Record<string, unknown>;
  for (const part of path) {
    const next = isObject(place[part]) ? place[part] : {};
    place[part] = next;
    place = next;
  }
  const before = Array.isArray(place.__errors) ? (place.__errors as string[]) : [];
  place.__errors = [...before, message];
}

/** Every field a page may have, also those that only an answer brings. */
export function fieldsOf(schema: unknown): Set<string> {
  const found = new Set<string>();
  const look = (value: unknown) => {
    if (Array.isArray(value)) value.forEach(look);
    if (!isObject(value)) return;
    if (isObject(value.properties)) Object.keys(value.properties).forEach((name) => found.add(name));
    for (const key of ['dependencies', 'oneOf', 'anyOf', 'allOf', 'if', 'then', 'else']) {
      const below = value[key];
      if (key === 'dependencies' && isObject(below)) Object.values(below).forEach(look);
      else look(below);
    }
  };
  look(schema);
  return found;
}

/** A random key that lets the server see that the same press arrived twice. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
