// What the server found wrong with the values of a form, beside their fields.
import type { ErrorSchema } from '@rjsf/utils';

/** Problems as RJSF wants them: a tree of fields with messages. A path is `values`, then the field. */
export function beside(problems: { path: string[]; message: string }[]): ErrorSchema {
  const tree: Record<string, { __errors: string[] }> = {};
  for (const { path, message } of problems) {
    const field = path[1];
    if (field !== undefined) (tree[field] ??= { __errors: [] }).__errors.push(message);
  }
  return tree as ErrorSchema;
}
