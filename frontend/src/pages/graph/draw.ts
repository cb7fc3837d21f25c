// Turns the graph into cytoscape's elements and the page's colours into its styles.
import type { Core, ElementDefinition, StylesheetJson } from 'cytoscape';
import { NODE_HEIGHT, NODE_WIDTH, placeNodes, type Point } from './layout';
import { hiddenNeighbours, type GraphEdge } from './model';
import { words } from './strings';
import type { Graph } from './useGraph';

/** With more lines than this they are drawn straight and without arrows, and boxes full of their colour. */
const CURVED = 1500;
/** How far a line within one column swings out of it. */
const BULGE = 60;
const RIGHT = '50% 0%';
const LEFT = '-50% 0%';
const NONE: ReadonlySet<string> = new Set();

const TONES: Record<string, [string, string] | undefined> = {
  component: ['#3f4bb8', '#939ce8'],
  api: ['#0f766e', '#4fd1c5'],
  resource: ['#7c5a10', '#e0b252'],
  system: ['#8a2f7c', '#e08bd3'],
  domain: ['#9a3412', '#f0996a'],
  group: ['#1f7a43', '#5fd08d'],
  user: ['#2f6f9f', '#7fc1ee'],
};
const GREY: [string, string] = ['#6b7280', '#a0a6b2'];

export function drawGraph(core: Core, graph: Graph, root: string): void {
  const points = placeNodes(graph.columns, graph.edges, graph.known);
  const plain = graph.edges.length > CURVED;
  const nodes = [...graph.columns.keys()].map((ref) => nodeElement(ref, graph, points, { root, plain }));
  const edges = graph.edges.map((edge) => edgeElement(edge, points, plain));
  core.batch(() => {
    core.elements().remove();
    core.add([...nodes, ...edges]);
  });
}

export function markSelected(core: Core, ref: string): void {
  core.batch(() => {
    core.nodes('.selected').removeClass('selected');
    core.getElementById(ref).addClass('selected');
  });
}

function nodeElement(ref: string, graph: Graph, points: Map<string, Point>, { root, plain }: { root: string; plain: boolean }): ElementDefinition {
  const node = graph.known.get(ref);
  const kind = node?.kind.toLowerCase() ?? '';
  const more = node ? hiddenNeighbours(node, graph.columns, NONE) : 0;
  const [light, dark] = TONES[kind] ?? GREY;
  return {
    data: { id: ref, label: (node?.label ?? ref) + (more > 0 ? `  +${more}` : ''), light, dark },
    position: { ...(points.get(ref) ?? { x: 0, y: 0 }) },
    classes: [plain ? 'solid' : '', ref === root ? 'root' : '', node?.missing ? 'missing' : ''].join(' '),
  };
}

function edgeElement({ source, target, relation }: GraphEdge, points: Map<string, Point>, plain: boolean): ElementDefinition {
  const curve = plain ? null : sCurve(points.get(source), points.get(target));
  return {
    data: {
      id: `${source} ${relation} ${target}`, source, target, label: words.directions[relation]?.[0] ?? relation,
      ...(curve ?? {}),
    },
    classes: plain ? 'plain' : 'curve',
  };
}

interface Curve {
  shares: number[];
  distances: number[];
  from: string;
  to: string;
}

/** Leaves and arrives sideways: control points at half way, written as cytoscape wants them (share, distance). */
function sCurve(from: Point | undefined, to: Point | undefined): Curve | null {
  if (!from || !to || (from.x === to.x && from.y === to.y)) return null;
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  if (dx === 0) return { shares: [0.5], distances: [-Math.sign(dy) * (NODE_WIDTH / 2 + BULGE)], from: RIGHT, to: RIGHT };
  const length = Math.hypot(dx, dy);
  const share = (x: number, y: number) => (x * dx + y * dy) / length ** 2;
  const distance = (x: number, y: number) => (y * dx - x * dy) / length;
  const [start, end] = dx > 0 ? [RIGHT, LEFT] : [LEFT, RIGHT];
  return { shares: [share(dx / 2, 0), share(dx / 2, dy)], distances: [distance(dx / 2, 0), distance(dx / 2, dy)], from: start, to: end };
}

export function graphStyle(scheme: 'light' | 'dark'): StylesheetJson {
  const dark = scheme === 'dark';
  const [surface, text, quiet, line, accent] = dark
    ? ['#21242c', '#e4e6eb', '#a0a6b2', '#4a505d', '#747fe1']
    : ['#ffffff', '#181a20', '#5f6675', '#c3c7d1', '#3f4bb8'];
  return [
    {
      selector: 'node',
      style: {
        shape: 'round-rectangle', 'corner-radius': '6', width: NODE_WIDTH, height: NODE_HEIGHT,
        'background-fill': 'linear-gradient', 'background-gradient-direction': 'to-right',
        'background-gradient-stop-colors': (node: { data: (key: string) => string }) => `${node.data(scheme)} ${node.data(scheme)} ${surface} ${surface}`,
        'background-gradient-stop-positions': '0% 2.5% 2.5% 100%',
        'border-width': 1, 'border-color': line, label: 'data(label)', color: text, 'font-size': 12, 'font-family': 'system-ui, sans-serif',
        'text-valign': 'center', 'text-halign': 'center', 'text-wrap': 'ellipsis', 'text-max-width': `${NODE_WIDTH - 22}px`, 'min-zoomed-font-size': 5,
      } as never,
    },
    { selector: 'node.solid', style: { 'background-fill': 'solid', 'background-color': `data(${scheme})`, 'border-width': 0, color: dark ? '#121419' : '#ffffff' } as never },
    { selector: 'node.root', style: { 'background-fill': 'solid', 'background-color': accent, color: '#ffffff', 'border-color': accent, 'font-weight': 600 } as never },
    { selector: 'node.missing', style: { 'border-style': 'dashed', color: quiet } },
    { selector: 'node.selected', style: { 'border-width': 2.5, 'border-color': accent } },
    { selector: 'node.root.selected', style: { 'border-width': 3, 'border-color': text } },
    {
      selector: 'edge',
      style: {
        width: 1.1, 'line-color': line, 'curve-style': 'straight', 'target-arrow-shape': 'triangle', 'target-arrow-color': line, 'arrow-scale': 0.8,
        color: quiet, 'font-size': 10, 'text-background-color': dark ? '#181a20' : '#ffffff', 'text-background-opacity': 1, 'text-background-padding': '2px', 'min-zoomed-font-size': 7,
      },
    },
    {
      selector: 'edge.curve',
      style: {
        'curve-style': 'unbundled-bezier', 'edge-distances': 'node-position', 'source-endpoint': 'data(from)', 'target-endpoint': 'data(to)',
        'control-point-weights': 'data(shares)', 'control-point-distances': 'data(distances)',
      } as never,
    },
    { selector: 'edge.plain', style: { 'curve-style': 'haystack', 'target-arrow-shape': 'none', width: 1, opacity: 0.35 } as never },
    { selector: '.faded', style: { opacity: 0.18 } },
    { selector: 'edge.near', style: { 'line-color': accent, 'target-arrow-color': accent, label: 'data(label)', 'z-index': 9 } },
  ];
}
