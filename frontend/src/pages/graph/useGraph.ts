// Reads the graph step by step: what comes into reach and is not known yet is asked for, many at once.
import { useEffect, useMemo, useState } from 'react';
import { request } from '../../api/client';
import { GraphMore, GraphNodes, type GraphNodesQuery } from '../../gql/operations';
import { parseRef, shortRef } from '../../refs';
import { reachOf, type GraphNode, type Reach } from './model';

/** Entities a request asks for: with 100 relations each it stays within the API's limit of cost. */
const BATCH = 40;
const AT_ONCE = 4;

interface Wanted {
  root: string;
  depth: number;
  hidden: ReadonlySet<string>;
}

export interface Graph extends Reach {
  known: ReadonlyMap<string, GraphNode>;
  loading: boolean;
  error: Error | null;
  open: (ref: string) => void;
  retry: () => void;
}

export function useGraph({ root, depth, hidden }: Wanted): Graph {
  const [known, setKnown] = useState<ReadonlyMap<string, GraphNode>>(new Map());
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [error, setError] = useState<Error | null>(null);
  const reach = useMemo(() => reachOf(known, { root, depth, hidden, opened }), [known, root, depth, hidden, opened]);
  const wanted = useMemo(() => [...reach.columns.keys()].filter((ref) => !known.has(ref)), [reach, known]);
  const loading = wanted.length > 0 && !error;

  useEffect(() => {
    if (wanted.length === 0 || error) return;
    const stop = new AbortController();
    readNodes(wanted, stop.signal)
      .then((nodes) => setKnown((before) => new Map([...before, ...nodes.map((node): [string, GraphNode] => [node.ref, node])])))
      .catch((reason: unknown) => !stop.signal.aborted && setError(reason as Error));
    return () => stop.abort();
  }, [wanted, error]);

  /** Shows all that a node leads to; a hub's remaining relations are read first. */
  function open(ref: string) {
    setOpened((before) => new Set([...before, ref]));
    const node = known.get(ref);
    if (!node?.cursor) return;
    readRest(node)
      .then((whole) => setKnown((before) => new Map([...before, [ref, whole]])))
      .catch((reason: unknown) => setError(reason as Error));
  }

  return { ...reach, known, loading, error, open, retry: () => setError(null) };
}

async function readNodes(refs: string[], signal: AbortSignal): Promise<GraphNode[]> {
  const batches = Array.from({ length: Math.ceil(refs.length / BATCH) }, (_, index) => refs.slice(index * BATCH, (index + 1) * BATCH));
  const nodes: GraphNode[] = [];
  const work = async () => {
    for (let batch = batches.shift(); batch; batch = batches.shift()) {
      const { data } = await request(GraphNodes, { refs: batch }, signal);
      batch.forEach((ref, index) => nodes.push(nodeOf(ref, data.entitiesByRefs[index] ?? null)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return nodes;
}

function nodeOf(ref: string, entity: GraphNodesQuery['entitiesByRefs'][number]): GraphNode {
  if (!entity) return { ref, kind: parseRef(ref).kind, type: null, label: shortRef(ref), relations: [], total: 0, cursor: null, missing: true };
  const { nodes, pageInfo, totalCount } = entity.relations;
  return {
    ref,
    kind: entity.kind,
    type: entity.type,
    label: entity.displayName,
    relations: nodes.map(({ type, targetRef }) => ({ type, target: targetRef })),
    total: totalCount,
    cursor: pageInfo.hasNextPage ? pageInfo.endCursor : null,
    missing: false,
  };
}

async function readRest(node: GraphNode): Promise<GraphNode> {
  const relations = [...node.relations];
  let cursor = node.cursor;
  while (cursor) {
    const { data } = await request(GraphMore, { ref: node.ref, after: cursor });
    const page = data.entity?.relations;
    if (!page) break;
    relations.push(...page.nodes.map(({ type, targetRef }) => ({ type, target: targetRef })));
    cursor = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  }
  return { ...node, relations, total: relations.length, cursor: null };
}
