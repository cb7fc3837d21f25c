// One component per kind of block; what the API may send is what this record has.
import { Alert, Text } from '@mantine/core';
import { CircleAlert } from 'lucide-react';
import type { ComponentType } from 'react';
import { OutsideLink } from '../components/OutsideLink';
import { SafeHtml } from '../components/SafeHtml';
import type { PanelPartsFragment } from '../gql/operations';
import classes from './blocks.module.css';

export type Block = PanelPartsFragment['blocks'][number];
type BlockKind = Block['__typename'];
type BlockOf<K extends BlockKind> = Extract<Block, { __typename: K }>;

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
  return <SafeHtml html={block.html} />;
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

function Table({ block }: { block: BlockOf<'TableBlock'> }) {
  return (
    <div className={classes.tableWrap} tabIndex={0}>
      <table className={classes.table}>
        <thead>
          <tr>
            {block.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {block.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
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
    <Alert color="red" variant="light" icon={<CircleAlert size={16} aria-hidden />} title={block.title}>
      {block.message}
    </Alert>
  );
}

const COMPONENTS: { [K in BlockKind]: ComponentType<{ block: BlockOf<K> }> } = {
  StatBlock: Stat,
  StatusBlock: Status,
  TextBlock,
  LinksBlock: Links,
  TableBlock: Table,
  KeyValueBlock: KeyValue,
  EmptyBlock: Empty,
  ErrorBlock: Failure,
};

export function BlockView({ block }: { block: Block }) {
  const View = COMPONENTS[block.__typename] as ComponentType<{ block: Block }>;
  return <View block={block} />;
}
