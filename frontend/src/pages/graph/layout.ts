// Where the nodes stand: a column for each step from the root, crossings kept few, long columns folded into blocks.
import type { GraphEdge, GraphNode } from './model';

export interface Point {
  x: number;
  y: number;
}

export const NODE_WIDTH = 176;
export const NODE_HEIGHT = 28;
const ROW = 38;
const FOLD = NODE_WIDTH + 16;
const GAP = 150;
/** Columns up to this many rows stand in one line. */
const LINE = 36;
const SWEEPS = 4;

export function placeNodes(columns: Map<string, number>, edges: GraphEdge[], known: ReadonlyMap<string, GraphNode>): Map<string, Point> {
  const byColumn = new Map<number, string[]>();
  for (const [ref, column] of columns) byColumn.set(column, [...(byColumn.get(column) ?? []), ref]);
  for (const refs of byColumn.values()) refs.sort(byKindAndName(known));
  order(byColumn, columns, neighboursOf(edges));
  return positions(byColumn);
}

function byKindAndName(known: ReadonlyMap<string, GraphNode>) {
  const words = (ref: string) => `${known.get(ref)?.kind ?? ''} ${known.get(ref)?.label ?? ref}`.toLowerCase();
  return (a: string, b: string) => (words(a) < words(b) ? -1 : 1);
}

function neighboursOf(edges: GraphEdge[]): Map<string, string[]> {
  const neighbours = new Map<string, string[]>();
  const add = (from: string, to: string) => {
    const list = neighbours.get(from);
    if (list) list.push(to);
    else neighbours.set(from, [to]);
  };
  for (const { source, target } of edges) {
    add(source, target);
    add(target, source);
  }
  return neighbours;
}

/** Sugiyama's barycentres: each node moves to the middle of its neighbours in the column nearer to the root. */
function order(byColumn: Map<number, string[]>, columns: Map<string, number>, neighbours: Map<string, string[]>): void {
  const rank = new Map<string, number>();
  const note = (refs: string[]) => refs.forEach((ref, index) => rank.set(ref, (index + 0.5) / refs.length));
  for (const refs of byColumn.values()) note(refs);
  const outwards = [...byColumn.keys()].sort((a, b) => Math.abs(a) - Math.abs(b));
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const inwards = sweep % 2 === 1;
    for (const column of inwards ? [...outwards].reverse() : outwards) {
      const refs = byColumn.get(column) ?? [];
      const side = inwards ? 1 : -1;
      const nearer = (ref: string) => Math.abs(columns.get(ref) ?? 0) === Math.abs(column) + side;
      const middle = new Map(refs.map((ref) => [ref, mean((neighbours.get(ref) ?? []).filter(nearer), rank) ?? rank.get(ref) ?? 0]));
      refs.sort((a, b) => (middle.get(a) ?? 0) - (middle.get(b) ?? 0));
      note(refs);
    }
  }
}

function mean(refs: string[], rank: Map<string, number>): number | undefined {
  if (refs.length === 0) return undefined;
  return refs.reduce((sum, ref) => sum + (rank.get(ref) ?? 0), 0) / refs.length;
}

function positions(byColumn: Map<number, string[]>): Map<string, Point> {
  const points = new Map<string, Point>();
  for (const side of [1, -1]) {
    let x = side === 1 ? 0 : -(widthOf(byColumn.get(0)?.length ?? 1) / 2 + GAP + NODE_WIDTH / 2);
    const numbers = [...byColumn.keys()].filter((column) => (side === 1 ? column >= 0 : column < 0)).sort((a, b) => (a - b) * side);
    for (const column of numbers) {
      const refs = byColumn.get(column) ?? [];
      const rows = rowsOf(refs.length);
      refs.forEach((ref, index) => {
        const fold = Math.floor(index / rows);
        const inFold = Math.min(rows, refs.length - fold * rows);
        points.set(ref, { x: x + side * fold * FOLD, y: ((index % rows) - (inFold - 1) / 2) * ROW });
      });
      x += side * (widthOf(refs.length) + GAP);
    }
  }
  return points;
}

/** About as high as wide. */
function rowsOf(count: number): number {
  return count <= LINE ? Math.max(count, 1) : Math.max(LINE, Math.ceil(Math.sqrt((count * FOLD) / ROW)));
}

function widthOf(count: number): number {
  return (Math.ceil(count / rowsOf(count)) - 1) * FOLD + NODE_WIDTH;
}
