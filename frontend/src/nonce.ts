// The nonce that the server put into the page for this load; styles made at run time carry it.

const PLACEHOLDER = '__CSP_NONCE__';

export function styleNonce(): string {
  const value = document.querySelector('meta[name="csp-nonce"]')?.getAttribute('content') ?? '';
  return value === PLACEHOLDER ? '' : value;
}
