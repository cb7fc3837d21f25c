// Signing in and out through the headless API of django-allauth (browser client).
// Wire format: https://docs.allauth.org/en/latest/headless/openapi-specification/
import { ApiError, csrfToken, post } from './client';
import { isObject } from './operation';

const BASE = '/_allauth/browser/v1';

export interface SignInFailure {
  /** Messages by field name; '' holds those that belong to no field. */
  fields: Record<string, string>;
  tooMany: boolean;
}

/** null when signed in. */
export async function signIn(username: string, password: string): Promise<SignInFailure | null> {
  if (!csrfToken()) await (await fetch(`${BASE}/config`)).text(); // sets the cookie where the page came from elsewhere
  const response = await post(`${BASE}/auth/login`, { body: JSON.stringify({ username, password }) });
  const body: unknown = await response.json().catch(() => null);
  if (response.status === 200 || response.status === 409) return null; // 409: somebody is signed in already
  if (response.status === 429) return { fields: {}, tooMany: true };
  if (response.status >= 500 || body === null) throw new ApiError('server', '');
  return { fields: errorsByField(body), tooMany: false };
}

export interface IdentityProvider {
  id: string;
  name: string;
}

/** The identity providers that one can sign in with; none where nobody answers. */
export async function identityProviders(): Promise<IdentityProvider[]> {
  const response = await fetch(`${BASE}/config`);
  const body: unknown = await response.json().catch(() => null);
  const data = isObject(body) && isObject(body.data) ? body.data.socialaccount : null;
  const found: unknown[] = isObject(data) && Array.isArray(data.providers) ? data.providers : [];
  return found.flatMap((each) =>
    isObject(each) && typeof each.id === 'string' && typeof each.name === 'string' ? [{ id: each.id, name: each.name }] : [],
  );
}

/** Where signing in with one of them begins; not a page of ours. */
export function identityAddress(provider: IdentityProvider, next: string | undefined): string {
  const goesOn = safeNext(next);
  const query = goesOn === '/' ? '' : `?next=${encodeURIComponent(goesOn)}`;
  return `/sign-in/with/${provider.id}${query}`;
}

export async function signOut(): Promise<void> {
  const response = await post(`${BASE}/auth/session`, { method: 'DELETE' });
  await response.text(); // 401: nobody is signed in any more
}

function errorsByField(body: unknown): Record<string, string> {
  const fields: Record<string, string> = {};
  if (isObject(body) && Array.isArray(body.errors)) {
    for (const error of body.errors) {
      if (!isObject(error) || typeof error.message !== 'string') continue;
      const field = typeof error.param === 'string' ? error.param : '';
      fields[field] ??= error.message;
    }
  }
  return fields;
}

/** The address to go to after signing in: a path of this origin, else the home page. */
export function safeNext(next: string | undefined): string {
  if (!next || !next.startsWith('/') || /[\\\s]/.test(next)) return '/';
  let target: URL;
  try {
    target = new URL(next, window.location.origin);
  } catch {
    return '/';
  }
  const path = target.pathname + target.search + target.hash;
  const decoded = safeDecode(path);
  const foreign = target.origin !== window.location.origin || decoded.startsWith('//') || decoded.startsWith('/\\');
  return foreign || target.pathname === '/sign-in' ? '/' : path;
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '//';
  }
}
