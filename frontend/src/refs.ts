// Refs as the API writes them ("component:default/checkout") and the pages that show them.

export interface RefParts {
  kind: string;
  namespace: string;
  name: string;
}

export function parseRef(ref: string): RefParts {
  const match = /^(?:([^:/]+):)?(?:([^:/]+)\/)?(.+)$/.exec(ref);
  return { kind: match?.[1] ?? 'component', namespace: match?.[2] ?? 'default', name: match?.[3] ?? ref };
}

export function refOf(parts: RefParts): string {
  return `${parts.kind}:${parts.namespace}/${parts.name}`.toLowerCase();
}

/** A ref as short as it can be read: "checkout", or "payments/checkout" outside the default namespace. */
export function shortRef(ref: string): string {
  const { namespace, name } = parseRef(ref);
  return namespace === 'default' ? name : `${namespace}/${name}`;
}

export function entityParams(ref: string): RefParts {
  const { kind, namespace, name } = parseRef(ref);
  return { kind: kind.toLowerCase(), namespace, name };
}

/** What says more than the name of an entity: its description, or else by what it is told from others of that name. */
export function saysOf(entity: { ref: string; displayName: string; description: string | null }): string | null {
  const short = shortRef(entity.ref);
  const made = parseRef(entity.ref).name.startsWith('generated-');
  return entity.description || (made || short === entity.displayName ? null : short);
}
