// The one place that talks to /graphql: a POST with the session cookie, and errors that say what happened.
import { isObject, type Operation } from './operation';

export interface FieldError {
  message: string;
  code: string;
  path: string;
}

export interface Answer<TData> {
  data: TData;
  /** Fields that are null because something failed, for example one plugin; the rest of the page stands. */
  errors: FieldError[];
}

export type FailureKind = 'unauthenticated' | 'denied' | 'missing' | 'busy' | 'network' | 'server' | 'refused';

export class ApiError extends Error {
  constructor(
    readonly kind: FailureKind,
    message: string,
    readonly code = '',
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** Answers that the start asked for, by what was asked: the first request for the same takes each. */
const ahead = new Map<string, Promise<Answer<unknown>>>();

/** Asks before the page that wants the answer is there. */
export function askAhead<TData, TVariables>(operation: Operation<TData, TVariables>, variables: TVariables): void {
  const body = bodyOf(operation, variables);
  const answer = send(body);
  answer.catch(() => undefined); // told to whoever takes it
  ahead.set(body, answer);
}

/** What nobody took by the time the first page is shown is too old for a later one. */
export const forgetAhead = (): void => ahead.clear();

export async function request<TData, TVariables>(
  operation: Operation<TData, TVariables>,
  variables: TVariables,
  signal?: AbortSignal,
): Promise<Answer<TData>> {
  const body = bodyOf(operation, variables);
  const answer = ahead.get(body) ?? send(body, signal);
  ahead.delete(body);
  return answer as Promise<Answer<TData>>;
}

const bodyOf = <TData, TVariables>(operation: Operation<TData, TVariables>, variables: TVariables): string =>
  JSON.stringify({ operationName: operation.name, query: operation.text, variables });

async function send(asked: string, signal?: AbortSignal): Promise<Answer<unknown>> {
  const response = await post('/graphql', { body: asked, signal });
  const body: unknown = await response.json().catch(() => null);
  const errors = isObject(body) && Array.isArray(body.errors) ? body.errors.map(toFieldError) : [];
  if (isObject(body) && isObject(body.data)) return { data: body.data, errors };
  throw toApiError(response, errors);
}

/** A POST to our own origin with the CSRF token; throws ApiError when the server cannot be reached. */
export async function post(path: string, init: { body?: string; signal?: AbortSignal; method?: string }): Promise<Response> {
  try {
    return await fetch(path, {
      method: init.method ?? 'POST',
      credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRFToken': csrfToken() },
      body: init.body,
      signal: init.signal,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError('network', '');
  }
}

/** The cookie's value, '' while there is none. */
export function csrfToken(): string {
  const match = /(?:^|;\s*)(?:__Host-|__Secure-)?csrftoken=([^;]+)/.exec(document.cookie);
  return match?.[1] ? decodeURIComponent(match[1]) : '';
}

function toFieldError(error: unknown): FieldError {
  if (!isObject(error)) return { message: '', code: '', path: '' };
  const code = isObject(error.extensions) && typeof error.extensions.code === 'string' ? error.extensions.code : '';
  const path = Array.isArray(error.path) ? (error.path as (string | number)[]).join('.') : '';
  return { message: typeof error.message === 'string' ? error.message : '', code, path };
}

function toApiError(response: Response, errors: FieldError[]): ApiError {
  const first = errors[0];
  const code = first?.code ?? '';
  const message = first?.message ?? '';
  if (response.status === 401 || code === 'UNAUTHENTICATED') return new ApiError('unauthenticated', message, code);
  if (code === 'DENIED' || response.status === 403) return new ApiError('denied', message, code);
  if (code.endsWith('_NOT_FOUND') || response.status === 404) return new ApiError('missing', message, code);
  if (response.status === 429 || response.status === 503) return new ApiError('busy', message, code);
  if (response.status >= 500) return new ApiError('server', message, code);
  return new ApiError('refused', message, code);
}
