// The shape of a typed GraphQL operation; src/gql/operations.ts is made of these.

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = Record<string, Json>;

export interface Operation<TData, TVariables> {
  readonly name: string;
  readonly text: string;
  /** Never set: carries the types of the answer and of the variables. */
  readonly types?: (variables: TVariables) => TData;
}

export function operation<TData, TVariables>(name: string, text: string): Operation<TData, TVariables> {
  return { name, text };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
