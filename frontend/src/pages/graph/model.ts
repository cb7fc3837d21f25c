// What is known of the graph, and what of it is shown: everything within reach of the root over the chosen relations.

export interface GraphNode {
  ref: string;
  kind: string;
  type: string | null;
  label: string;
  relations: { type: string; target: string }[];
  /** How many relations there are; more than were read at a hub. */
  total: number;
  /** Where the rest of them begins; null when all were read. */
  cursor: string | null;
  /** Named by others but not in the catalog, or not for this viewer. */
  missing: boolean;
}

export interface GraphEdge {
  source: string;
  target: string;
  relation: string;
}

export interface Reach {
  /** The shown nodes, each with its column: sources to the left of their targets, the root in column 0. */
  columns: Map<string, number>;
  edges: GraphEdge[];
  /** More would be in reach than is shown. */
  cut: boolean;
}

export const MOST = 5000;

/** Each relation is stored from both of its ends; it is drawn once, as the first of its two names says it. */
const INVERSES: Record<string, string> = {
  ownerOf: 'ownedBy',
  hasPart: 'partOf',
  apiProvidedBy: 'providesApi',
  apiConsumedBy: 'consumesApi',
  dependencyOf: 'dependsOn',
  hasMember: 'memberOf',
  parentOf: 'childOf',
};
export const RELATIONS = ['dependsOn', 'providesApi', 'consumesApi', 'partOf', 'ownedBy', 'memberOf', 'childOf'];

export const relationName = (type: string): string => INVERSES[type] ?? type;

/** The edge of a relation, in its drawn direction. */
export function edgeOf(from: string, type: string, to: string): GraphEdge {
  const relation = relationName(type);
  return relation === type ? { source: from, target: to, relation } : { source: to, target: from, relation };
}

const keyOf = (edge: GraphEdge): string => `${edge.source} ${edge.relation} ${edge.target}`;

interface Wanted {
  root: string;
  depth: number;
  hidden: ReadonlySet<string>;
  /** Nodes opened one by one, beyond the depth. */
  opened: ReadonlySet<string>;
}

export function reachOf(known: ReadonlyMap<string, GraphNode>, { root, depth, hidden, opened }: Wanted): Reach {
  const columns = new Map([[root, 0]]);
  let cut = false;
  let level = [root];
  for (let step = 0; level.length > 0; step += 1) {
    const next: string[] = [];
    for (const ref of level) {
      if (step >= depth && !opened.has(ref)) continue;
      for (const { type, target } of known.get(ref)?.relations ?? []) {
        if (hidden.has(relationName(type)) || columns.has(target)) continue;
        if (columns.size >= MOST) {
          cut = true;
          break;
        }
        columns.set(target, (columns.get(ref) ?? 0) + (edgeOf(ref, type, target).source === ref ? 1 : -1));
        next.push(target);
      }
    }
    level = next;
  }
  return { columns, edges: edgesAmong(columns, known, hidden), cut };
}

function edgesAmong(columns: Map<string, number>, known: ReadonlyMap<string, GraphNode>, hidden: ReadonlySet<string>): GraphEdge[] {
  const edges = new Map<string, GraphEdge>();
  for (const ref of columns.keys()) {
    for (const { type, target } of known.get(ref)?.relations ?? []) {
      if (!columns.has(target) || hidden.has(relationName(type))) continue;
      const edge = edgeOf(ref, type, target);
      edges.set(keyOf(edge), edge);
    }
  }
  return [...edges.values()];
}

/** How many relations of a node lead to something that is not shown. */
export function hiddenNeighbours(node: GraphNode, shown: ReadonlyMap<string, number>, hidden: ReadonlySet<string>): number {
  const missing = new Set(node.relations.filter(({ type, target }) => !hidden.has(relationName(type)) && !shown.has(target)).map(({ target }) => target));
  return missing.size + (node.total - node.relations.length);
}
