// The picture: boxes and lines on a canvas, moved and zoomed by mouse, touch or buttons.
import { ActionIcon, Tooltip, useComputedColorScheme } from '@mantine/core';
import cytoscape, { type Core } from 'cytoscape';
import { Maximize, Minus, Plus } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { drawGraph, graphStyle, markSelected } from './draw';
import classes from './Graph.module.css';
import { words } from './strings';
import type { Graph } from './useGraph';

/** cytoscape makes a style element without our nonce unless one of this id is there already. */
const STYLE_MARK = '__________cytoscape_stylesheet';
const FIT_PADDING = 28;
const ZOOM_STEP = 1.4;
/** Below this the names of the boxes cannot be read. */
const READABLE = 0.62;

interface Props {
  graph: Graph;
  root: string;
  selected: string;
  select: (ref: string) => void;
  expand: (ref: string) => void;
}

export function GraphCanvas({ graph, root, selected, select, expand }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const [core, setCore] = useState<Core | null>(null);
  const scheme = useComputedColorScheme('light');
  const actions = useRef({ select, expand });
  useEffect(() => {
    actions.current = { select, expand };
  });

  useEffect(() => {
    if (!frame.current) return;
    const made = cytoscape({ container: frame.current, minZoom: 0.02, maxZoom: 2.5, autoungrabify: true, boxSelectionEnabled: false, hideEdgesOnViewport: false, textureOnViewport: false, pixelRatio: 'auto' });
    made.on('tap', 'node', (event) => actions.current.select((event.target as cytoscape.NodeSingular).id()));
    made.on('dbltap', 'node', (event) => actions.current.expand((event.target as cytoscape.NodeSingular).id()));
    made.on('mouseover', 'node', (event) => highlight(made, event.target as cytoscape.NodeSingular));
    made.on('mouseout', 'node', () => made.elements().removeClass('faded near'));
    setCore(made);
    return () => made.destroy();
  }, []);

  useEffect(() => {
    core?.style(graphStyle(scheme));
  }, [core, scheme]);

  useEffect(() => {
    if (!core || graph.loading) return;
    drawGraph(core, graph, root);
    fit(core);
    if (core.zoom() < READABLE) startAt(core, root);
  }, [core, graph.columns, graph.edges, graph.known, graph.loading, root]); // eslint-disable-line react-hooks/exhaustive-deps -- the graph's parts, not the object made anew each time

  useEffect(() => {
    if (core) markSelected(core, selected);
  }, [core, selected, graph.columns, graph.loading]);

  const zoom = (factor: number) => core?.zoom({ level: core.zoom() * factor, renderedPosition: { x: core.width() / 2, y: core.height() / 2 } });
  return (
    <div className={classes.canvas}>
      <span id={STYLE_MARK} hidden />
      <div ref={frame} className={classes.frame} role="img" aria-label={words.picture(graph.columns.size)} />
      <ActionIcon.Group orientation="vertical" className={classes.zoom ?? ''}>
        <ZoomButton label={words.zoomIn} icon={Plus} act={() => zoom(ZOOM_STEP)} />
        <ZoomButton label={words.zoomOut} icon={Minus} act={() => zoom(1 / ZOOM_STEP)} />
        <ZoomButton label={words.fit} icon={Maximize} act={() => core && fit(core)} />
      </ActionIcon.Group>
    </div>
  );
}

function ZoomButton({ label, icon: Icon, act }: { label: string; icon: typeof Plus; act: () => void }) {
  return (
    <Tooltip label={label} position="left">
      <ActionIcon variant="default" size={32} aria-label={label} onClick={act}>
        <Icon size={15} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

/** Everything in view, but a small graph not larger than life. */
function fit(core: Core): void {
  core.resize();
  core.fit(undefined, FIT_PADDING);
  if (core.zoom() > 1) {
    core.zoom(1);
    core.center();
  }
}

/** A large graph begins at its root, large enough to be read; the rest is a drag or a press away. */
function startAt(core: Core, root: string): void {
  core.zoom(READABLE);
  core.center(core.getElementById(root));
}

function highlight(core: Core, node: cytoscape.NodeSingular): void {
  const near = node.closedNeighborhood();
  core.batch(() => {
    core.elements().not(near).addClass('faded');
    near.edges().addClass('near');
  });
}
