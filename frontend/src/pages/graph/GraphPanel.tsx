// The graph in words: the chosen node and what it leads to, relation by relation; every node can be reached from here.
import { Button, Group, Text, Title, UnstyledButton } from '@mantine/core';
import { EntityIcon } from '../../components/EntityIcon';
import { PageButton } from '../../components/links';
import { formatNumber } from '../../format';
import { useKindLabels } from '../../layout/useShell';
import { entityParams, shortRef } from '../../refs';
import classes from './Graph.module.css';
import { edgeOf, hiddenNeighbours, relationName, type GraphNode } from './model';
import { words } from './strings';
import type { Graph } from './useGraph';

/** Names listed of one relation; the catalog lists them all. */
const LISTED = 60;

interface Props {
  graph: Graph;
  node: GraphNode;
  root: string;
  hidden: ReadonlySet<string>;
  select: (ref: string) => void;
  beginAt: ((ref: string) => void) | undefined;
}

export function GraphPanel({ graph, node, root, hidden, select, beginAt }: Props) {
  const kindLabels = useKindLabels();
  const more = hiddenNeighbours(node, graph.columns, hidden);
  const groups = groupsOf(node, hidden);
  return (
    <aside className={classes.panel} aria-label={words.selected}>
      <Group gap={8} wrap="nowrap">
        <EntityIcon kind={node.kind} type={node.type} size={18} />
        <Title order={2} size="h3" className={classes.nodeName ?? ''} aria-live="polite">
          {node.label}
        </Title>
      </Group>
      <Text size="xs" c="dimmed" mb="sm">
        {[kindLabels(node.kind).one, node.type, node.missing ? words.missing : null].filter((part) => part).join(' · ')}
      </Text>
      <Group gap={6} mb="md">
        {more > 0 && (
          <Button size="compact-sm" onClick={() => graph.open(node.ref)}>
            {words.expand(more)}
          </Button>
        )}
        {!node.missing && (
          <PageButton size="compact-sm" variant="default" to="/catalog/$namespace/$kind/$name" params={entityParams(node.ref)}>
            {words.openPage}
          </PageButton>
        )}
        {beginAt && node.ref !== root && !node.missing && (
          <Button size="compact-sm" variant="default" onClick={() => beginAt(node.ref)}>
            {words.beginHere}
          </Button>
        )}
      </Group>
      {groups.length === 0 && !node.missing && (
        <Text size="sm" c="dimmed">
          {words.alone}
        </Text>
      )}
      {groups.map(([title, refs]) => (
        <section key={title}>
          <Title order={3} className={classes.relation ?? ''}>
            {title} <span>{formatNumber(refs.length)}</span>
          </Title>
          <ul className={classes.neighbours}>
            {refs.slice(0, LISTED).map((ref) => (
              <li key={ref}>
                <UnstyledButton className={classes.neighbour} onClick={() => (graph.columns.has(ref) ? select(ref) : graph.open(node.ref))} title={ref}>
                  <EntityIcon kind={entityParams(ref).kind} size={14} />
                  <span data-shown={graph.columns.has(ref)}>{graph.known.get(ref)?.label ?? shortRef(ref)}</span>
                </UnstyledButton>
              </li>
            ))}
          </ul>
          {refs.length > LISTED && (
            <Text size="xs" c="dimmed">
              {words.more(refs.length - LISTED)}
            </Text>
          )}
        </section>
      ))}
    </aside>
  );
}

/** Refs by what the relation is called from this node. */
function groupsOf(node: GraphNode, hidden: ReadonlySet<string>): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const { type, target } of node.relations) {
    if (hidden.has(relationName(type))) continue;
    const forward = edgeOf(node.ref, type, target).source === node.ref;
    const title = words.directions[relationName(type)]?.[forward ? 0 : 1] ?? type;
    groups.set(title, [...(groups.get(title) ?? []), target]);
  }
  return [...groups];
}
