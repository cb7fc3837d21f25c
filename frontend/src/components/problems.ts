// The expected failures of a mutation, sorted to the fields of the form that they belong to.

export interface MutationProblem {
  path: string[];
  code: string;
  message: string;
}

/** Messages by first path part ('' where there is none). The API may or may not begin a path with "input". */
export function byField(problems: MutationProblem[], known: string[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const problem of problems) {
    const parts = problem.path[0] === 'input' ? problem.path.slice(1) : problem.path;
    const field = parts[0] !== undefined && known.includes(parts[0]) ? parts[0] : '';
    fields[field] = fields[field] ? `${fields[field]} ${problem.message}` : problem.message;
  }
  return fields;
}
