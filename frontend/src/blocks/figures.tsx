// Amounts as lengths: bars to compare, and how much of a whole there is.
import { Progress } from '@mantine/core';
import { OutsideLink } from '../components/OutsideLink';
import classes from './blocks.module.css';
import type { BlockProps } from './types';

const COLOURS: Record<string, string> = { ok: 'green', warning: 'yellow', error: 'red', unknown: 'gray' };
const figures = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });

export function amount(value: number, unit: string | null): string {
  const text = figures.format(value);
  return unit === null ? text : unit === '%' ? `${text} %` : `${text} ${unit}`;
}

export function Bars({ block }: BlockProps<'BarsBlock'>) {
  const largest = Math.max(...block.bars.map((bar) => bar.value), 0) || 1;
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>{block.title}</figcaption>
      <div className={classes.bars}>
        {block.bars.map((bar) => (
          <div key={bar.label} className={classes.bar}>
            <span className={classes.barLabel}>
              {bar.url ? <OutsideLink url={bar.url} title={bar.label} safe /> : bar.label}
            </span>
            <Progress value={(100 * Math.max(0, bar.value)) / largest} color={COLOURS[bar.level ?? ''] ?? 'iris'} size={10} aria-label={bar.label} />
            <span className={classes.barText}>{bar.text ?? amount(bar.value, block.unit)}</span>
          </div>
        ))}
      </div>
    </figure>
  );
}

export function Gauge({ block }: BlockProps<'GaugeBlock'>) {
  const share = Math.min(100, Math.max(0, (100 * block.amount) / block.maximum));
  return (
    <div>
      <div className={classes.gauge}>
        <span className={classes.statLabel}>{block.label}</span>
        <span className={classes.gaugeAmount}>{amount(block.amount, block.unit)}</span>
      </div>
      <Progress value={share} color={COLOURS[block.level] ?? 'iris'} size={8} aria-label={block.label} />
      {block.detail && <span className={classes.hint}>{block.detail}</span>}
    </div>
  );
}
