// What the API takes a hundred of at most, done for many: one hundred after the other.
import { request } from '../../api/client';
import { ChosenAgain } from '../../gql/operations';
import type { Chosen } from './selection';

export const HUNDRED = 100;

export function hundredsOf<T>(all: T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / HUNDRED) }, (_, index) => all.slice(index * HUNDRED, (index + 1) * HUNDRED));
}

/** As they are now; one that has gone is as it was. */
export async function readAgain(chosen: Chosen[]): Promise<Chosen[]> {
  const rows: Chosen[] = [];
  for (const some of hundredsOf(chosen)) {
    const { entitiesByRefs } = (await request(ChosenAgain, { refs: some.map(({ ref }) => ref) })).data;
    rows.push(...some.map((row, index) => entitiesByRefs[index] ?? row));
  }
  return rows;
}
