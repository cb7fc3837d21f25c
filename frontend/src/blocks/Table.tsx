// A table of cells: sorted by a click on a column's name, shown in pages. Where many columns find no room, its rows are
// set one below the other by the style sheet alone; the roles are said because browsers forget them then.
import { Button, Group, Pagination, Text } from '@mantine/core';
import { Download } from 'lucide-react';
import { useMemo, useState } from 'react';
import { OutsideLink } from '../components/OutsideLink';
import { Said } from '../components/Said';
import { panelWords } from './strings';
import classes from './blocks.module.css';
import type { BlockOf, BlockProps } from './types';

type Cell = BlockOf<'TableBlock'>['rows'][number][number];
interface Order {
  column: number;
  descending: boolean;
}

const ROWS = 10;
const SHORT = 16;
/** More columns than these need not fit on a phone. */
const FEW = 3;
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
        <table role="table" className={classes.table} data-many={block.columns.length > FEW}>
          <thead role="rowgroup">
            <tr role="row" data-label={panelWords.sortBy}>
              {block.columns.map((column, index) => (
                <th key={column} role="columnheader" scope="col" aria-sort={direction(order, index)}>
                  <button type="button" className={classes.sort} onClick={() => choose(index)}>
                    {column}
                    <span aria-hidden>{order?.column === index ? (order.descending ? ' ↓' : ' ↑') : ''}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {rows.slice((shown - 1) * ROWS, shown * ROWS).map((row, index) => (
              <tr key={index} role="row">
                {row.map((cell, column) => (
                  <td key={column} role="cell" className={cell.text.length <= SHORT ? classes.short : undefined} data-label={block.columns[column]} data-empty={cell.text === ''}>
                    <CellView cell={cell} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {(pages > 1 || block.file) && (
        <Group justify="space-between" mt="sm">
          <Group gap="sm">
            <Text size="xs" c="dimmed">
              {panelWords.rows(rows.length)}
            </Text>
            {block.file && (
              <Button size="compact-xs" variant="default" leftSection={<Download size={12} aria-hidden />} onClick={() => save(block, rows)}>
                CSV
              </Button>
            )}
          </Group>
          {pages > 1 && <Pagination size="xs" total={pages} value={shown} onChange={setPage} withEdges getControlProps={(control) => ({ 'aria-label': control })} />}
        </Group>
      )}
    </div>
  );
}

function CellView({ cell }: { cell: Cell }) {
  if (cell.url) return <OutsideLink url={cell.url} title={cell.text} safe />;
  if (!cell.level) return <Said text={cell.text} />;
  return (
    <span className={classes.status}>
      <span className={classes.dot} data-level={cell.level} role="img" aria-label={cell.level} />
      <Said text={cell.text} />
    </span>
  );
}

function sorted(rows: Cell[][], order: Order | null): Cell[][] {
  if (!order) return rows;
  const text = (row: Cell[]) => row[order.column]?.text ?? '';
  const figures = rows.every((row) => text(row) === '' || !Number.isNaN(figure(text(row))));
  const compare = figures
    ? (one: Cell[], other: Cell[]) => (figure(text(one)) || 0) - (figure(text(other)) || 0)
    : (one: Cell[], other: Cell[]) => collator.compare(text(one), text(other));
  const found = [...rows].sort(compare);
  return order.descending ? found.reverse() : found;
}

/** The number that "1,234.50 EUR" or "+12 %" begins with. */
function figure(text: string): number {
  const match = /^([+-]?[\d,]+(?:\.\d+)?)(?: [^\d\s]+)?$/.exec(text);
  return match?.[1] === undefined ? NaN : Number(match[1].replaceAll(',', ''));
}

/** All rows, in the order shown, as a CSV file (RFC 4180); what a spreadsheet would take for a formula is text. */
function save(block: BlockOf<'TableBlock'>, rows: Cell[][]): void {
  const quoted = (text: string) => `"${(/^[=+\-@\t\r]/.test(text) && Number.isNaN(figure(text)) ? `'${text}` : text).replaceAll('"', '""')}"`;
  const lines = [block.columns, ...rows.map((row) => row.map((cell) => cell.text))].map((line) => line.map(quoted).join(','));
  const address = URL.createObjectURL(new Blob([lines.join('\r\n'), '\r\n'], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `${block.file ?? 'table'}.csv`;
  link.click();
  URL.revokeObjectURL(address);
}

function direction(order: Order | null, column: number): 'ascending' | 'descending' | undefined {
  if (order?.column !== column) return undefined;
  return order.descending ? 'descending' : 'ascending';
}
