// One component per kind of block; what the API may send is what this record has.
import { Alert, Skeleton, Text } from '@mantine/core';
import { CircleAlert } from 'lucide-react';
import { lazy, Suspense, type ComponentType } from 'react';
import { OutsideLink } from '../components/OutsideLink';
import { SafeHtml } from '../components/SafeHtml';
import classes from './blocks.module.css';
import { Document } from './Document';
import { Bars, Gauge } from './figures';
import { Log, Timeline, Tree } from './lists';
import { Table } from './Table';
import type { Block, BlockKind, BlockOf, BlockProps } from './types';

// Charts and forms bring libraries with them, which a page without them need not load.
const Series = lazy(() => import('./Series'));
const Form = lazy(() => import('./Form'));

function Stat({ block }: { block: BlockOf<'StatBlock'> }) {
  return (
    <div className={classes.stat}>
      <span className={classes.statLabel}>{block.label}</span>
      <span className={classes.statValue}>
        {block.value}
        {block.unit && <span className={classes.statUnit}>{block.unit}</span>}
      </span>
      {block.hint && <span className={classes.hint}>{block.hint}</span>}
    </div>
  );
}

function Status({ block }: { block: BlockOf<'StatusBlock'> }) {
  return (
    <div className={classes.status}>
      <span className={classes.dot} data-level={block.level} role="img" aria-label={block.level} />
      <span>
        {block.label}
        {block.detail && <div className={classes.hint}>{block.detail}</div>}
      </span>
    </div>
  );
}

function TextBlock({ block }: { block: BlockOf<'TextBlock'> }) {
  return (
    <div className={classes.text}>
      <SafeHtml html={block.html} />
    </div>
  );
}

function Links({ block }: { block: BlockOf<'LinksBlock'> }) {
  return (
    <ul className={classes.links}>
      {block.links.map((link) => (
        <li key={link.url}>
          <OutsideLink {...link} />
        </li>
      ))}
    </ul>
  );
}

function KeyValue({ block }: { block: BlockOf<'KeyValueBlock'> }) {
  return (
    <dl className={classes.facts}>
      {block.items.map((item) => (
        <div key={item.key} style={{ display: 'contents' }}>
          <dt>{item.key}</dt>
          <dd>{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Empty({ block }: { block: BlockOf<'EmptyBlock'> }) {
  return (
    <div>
      <Text size="sm" fw={550}>
        {block.title}
      </Text>
      <Text size="sm" c="dimmed">
        {block.message}
      </Text>
    </div>
  );
}

function Failure({ block }: { block: BlockOf<'ErrorBlock'> }) {
  return (
    <Alert color="red" variant="light" icon={<CircleAlert size={16} aria-hidden />} classNames={{ title: classes.said ?? '' }} title={block.title}>
      {block.message}
    </Alert>
  );
}

const COMPONENTS: { [K in BlockKind]: ComponentType<BlockProps<K>> } = {
  StatBlock: Stat,
  StatusBlock: Status,
  TextBlock,
  LinksBlock: Links,
  TableBlock: Table,
  KeyValueBlock: KeyValue,
  SeriesBlock: Series,
  BarsBlock: Bars,
  GaugeBlock: Gauge,
  TimelineBlock: Timeline,
  TreeBlock: Tree,
  DocumentBlock: Document,
  LogBlock: Log,
  FormBlock: Form,
  EmptyBlock: Empty,
  ErrorBlock: Failure,
};

/** `plugin` and `refText` say whose panel it is and of which entity, for blocks that do something. */
export function BlockView({ block, plugin, refText }: { block: Block; plugin: string; refText?: string }) {
  const View = COMPONENTS[block.__typename] as ComponentType<BlockProps<BlockKind>>;
  return (
    <Suspense fallback={<Skeleton height={247} />}>
      <View block={block} plugin={plugin} {...(refText === undefined ? {} : { refText })} />
    </Suspense>
  );
}
