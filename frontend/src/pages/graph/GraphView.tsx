// The graph of one entity: what to show above, the picture, its words beside.
import { Alert, Chip, Group, Loader, SegmentedControl, Text } from '@mantine/core';
import { SearchX } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { EmptyState, ErrorState } from '../../components/states';
import classes from './Graph.module.css';
import { GraphCanvas } from './GraphCanvas';
import { GraphPanel } from './GraphPanel';
import { MOST, relationName, RELATIONS } from './model';
import { words } from './strings';
import { useGraph, type Graph } from './useGraph';

const DEPTHS = ['1', '2', '3', '4'];

interface Props {
  root: string;
  depth: number;
  hidden: string[];
  onDepth: (depth: number) => void;
  onHidden: (hidden: string[]) => void;
  beginAt?: (ref: string) => void;
  aside?: ReactNode;
}

export function GraphView({ root, depth, hidden: hiddenList, onDepth, onHidden, beginAt, aside }: Props) {
  const [chosen, setChosen] = useState<{ root: string; ref: string }>({ root, ref: root });
  const [hidden, setHidden] = useState<ReadonlySet<string>>(() => new Set(hiddenList));
  const graph = useGraph({ root, depth, hidden });
  const selected = chosen.root === root && graph.columns.has(chosen.ref) ? chosen.ref : root;
  const node = graph.known.get(selected);
  const select = (ref: string) => setChosen({ root, ref });

  function show(relations: string[]) {
    const left = relationsOf(graph).filter((relation) => !relations.includes(relation));
    setHidden(new Set(left));
    onHidden(left);
  }

  if (graph.known.get(root)?.missing) {
    return (
      <EmptyState icon={SearchX} title={words.missingRoot}>
        {words.missingRootHint(root)}
      </EmptyState>
    );
  }
  const relations = relationsOf(graph);
  return (
    <div>
      <Group gap="lg" mb="sm">
        <Group gap={8}>
          <Text size="sm" id="graph-depth">
            {words.depth}
          </Text>
          <SegmentedControl size="xs" data={DEPTHS} value={String(depth)} onChange={(value) => onDepth(Number(value))} aria-labelledby="graph-depth" />
        </Group>
        <div className={classes.relations}>
          <Chip.Group multiple value={relations.filter((relation) => !hidden.has(relation))} onChange={show}>
            <Group gap={6} role="group" aria-label={words.relations} className={classes.chips ?? ''}>
              {relations.map((relation) => (
                <Chip key={relation} size="xs" value={relation} variant="outline">
                  {words.pairs[relation] ?? relation}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </div>
        {aside}
      </Group>
      {graph.error && <ErrorState error={graph.error} retry={graph.retry} />}
      {graph.cut && (
        <Alert color="orange" variant="light" mb="sm" py={8}>
          {words.cut(MOST)}
        </Alert>
      )}
      <div className={classes.view}>
        <div className={classes.picture}>
          <GraphCanvas graph={graph} root={root} selected={selected} select={select} expand={graph.open} />
          <div className={classes.counts} role="status">
            {graph.loading && <Loader size={12} role="status" aria-label={words.reading} />}
            {words.counts(graph.columns.size, graph.edges.length)}
          </div>
        </div>
        {node && <GraphPanel graph={graph} node={node} root={root} hidden={hidden} select={select} beginAt={beginAt} />}
      </div>
    </div>
  );
}

/** The usual relations, and what else was met on the way. */
function relationsOf(graph: Graph): string[] {
  const met = new Set<string>();
  for (const node of graph.known.values()) for (const { type } of node.relations) met.add(relationName(type));
  const others = [...met].filter((relation) => !RELATIONS.includes(relation)).sort();
  return [...RELATIONS.filter((relation) => met.has(relation)), ...others];
}
