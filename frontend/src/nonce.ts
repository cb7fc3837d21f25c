// The nonce that the server put into the page for this load; styles made at run time carry it.

const PLACEHOLDER = '__CSP_NONCE__';

export function styleNonce(): string {
  const value = document.querySelector('meta[name="csp-nonce"]')?.getAttribute('content') ?? '';
  return value === PLACEHOLDER ? '' : value;
}

/** For libraries that make styles of their own and look for the nonce where bundlers used to put it. */
export function shareStyleNonce(nonce: string): void {
  (globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = nonce;
}
