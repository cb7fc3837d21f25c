// A table of cells: sorted by a click on a column's name, shown in pages.
import { Group, Pagination, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { OutsideLink } from '../components/OutsideLink';
import { panelWords } from './strings';
import classes from './blocks.module.css';
import type { BlockOf, BlockProps } from './types';

type Cell = BlockOf<'TableBlock'>['rows'][number][number];
interface Order {
  column: number;
  descending: boolean;
}

const ROWS = 10;
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

export function Table({ block }: BlockProps<'TableBlock'>) {
  const [order, setOrder] = useState<Order | null>(null);
  const [page, setPage] = useState(1);
  const rows = useMemo(() => sorted(block.rows, order), [block.rows, order]);
  const pages = Math.ceil(rows.length / ROWS);
  const shown = Math.min(page, Math.max(1, pages));

  function choose(column: number) {
    setOrder((now) => (now?.column === column ? { column, descending: !now.descending } : { column, descending: false }));
    setPage(1);
  }

  return (
    <div>
      <div className={classes.tableWrap} tabIndex={0}>
        <table className={classes.table}>
          <thead>
            <tr>
              {block.columns.map((column, index) => (
                <th key={column} scope="col" aria-sort={direction(order, index)}>
                  <button type="button" className={classes.sort} onClick={() => choose(index)}>
                    {column}
                    <span aria-hidden>{order?.column === index ? (order.descending ? ' ↓' : ' ↑') : ''}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice((shown - 1) * ROWS, shown * ROWS).map((row, index) => (
              <tr key={index}>
                {row.map((cell, column) => (
                  <td key={column}>
                    <CellView cell={cell} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {pages > 1 && (
        <Group justify="space-between" mt="sm">
          <Text size="xs" c="dimmed">
            {panelWords.rows(rows.length)}
          </Text>
          <Pagination size="xs" total={pages} value={shown} onChange={setPage} withEdges getControlProps={(control) => ({ 'aria-label': control })} />
        </Group>
      )}
    </div>
  );
}

function CellView({ cell }: { cell: Cell }) {
  if (cell.url) return <OutsideLink url={cell.url} title={cell.text} safe />;
  if (!cell.level) return cell.text;
  return (
    <span className={classes.status}>
      <span className={classes.dot} data-level={cell.level} role="img" aria-label={cell.level} />
      {cell.text}
    </span>
  );
}

function sorted(rows: Cell[][], order: Order | null): Cell[][] {
  if (!order) return rows;
  const text = (row: Cell[]) => row[order.column]?.text ?? '';
  const found = [...rows].sort((one, other) => collator.compare(text(one), text(other)));
  return order.descending ? found.reverse() : found;
}

function direction(order: Order | null, column: number): 'ascending' | 'descending' | undefined {
  if (order?.column !== column) return undefined;
  return order.descending ? 'descending' : 'ascending';
}
