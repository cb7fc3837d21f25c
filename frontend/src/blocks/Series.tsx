// Figures over time, drawn by uPlot; the same values as a table for those who do not see the drawing.
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useMemo, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatDateTime, formatDay, formatTime, formatUtcDate, formatUtcDay } from '../format';
import classes from './blocks.module.css';
import { amount } from './figures';
import { panelWords } from './strings';
import type { BlockOf, BlockProps } from './types';

const HEIGHT = 180;
const STROKES = ['#4f5fd6', '#2f9e58', '#d98e04', '#b0489b', '#0f8a9d', '#c2503c'];
const LEVELS: Record<string, string> = { ok: '#2f9e58', warning: '#d98e04', error: '#cf3b3b', unknown: '#7c8391' };

type SeriesBlock = BlockOf<'SeriesBlock'>;

export default function Series({ block }: BlockProps<'SeriesBlock'>) {
  const place = useRef<HTMLDivElement>(null);
  const dark = useComputedColorScheme('light') === 'dark';
  const data = useMemo(() => aligned(block), [block]);

  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const chart = new UPlot(options(block, element.clientWidth, dark), data, element);
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [block, data, dark]);

  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>{block.unit ? `${block.title} (${block.unit})` : block.title}</figcaption>
      <div ref={place} className={classes.chart} aria-hidden />
      <table className={classes.unseen}>
        <caption>{panelWords.values(block.title)}</caption>
        <tbody>
          {block.lines.map((line) => (
            <tr key={line.label}>
              <th scope="row">{line.label}</th>
              <td>{newest(line.points, block.unit)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

function newest(points: SeriesBlock['lines'][number]['points'], unit: string | null): string {
  const value = points.findLast((point) => point.value !== null)?.value;
  return value === undefined || value === null ? '' : amount(value, unit);
}

/** All lines over the same moments, as uPlot wants them: seconds, then one row of values for each line. */
function aligned(block: SeriesBlock): UPlot.AlignedData {
  const tables = block.lines.map((line) => [
    line.points.map((point) => Date.parse(point.at) / 1000),
    line.points.map((point) => point.value),
  ]) as UPlot.AlignedData[];
  if (tables.length === 0) return [[]];
  const joined = UPlot.join(tables);
  const moments = joined[0];
  const levels = block.thresholds.map(({ value }) => Array.from(moments, () => value));
  return [moments, ...joined.slice(1), ...levels] as UPlot.AlignedData;
}

const DAY = 86_400;

/** Whether the points are days, which are the same wherever the reader is: each begins at midnight UTC. */
function isDaily({ lines }: SeriesBlock): boolean {
  return lines.every(({ points }) => points.every(({ at }) => (Date.parse(at) / 1000) % DAY === 0));
}

/** A day at its start, else the time; one day after the other all of them days. */
function moments(ticks: number[], daily: boolean): string[] {
  if (daily) return ticks.map((tick) => (tick % DAY === 0 ? formatUtcDay(new Date(tick * 1000)) : ''));
  const days = (ticks[1] ?? 0) - (ticks[0] ?? 0) >= DAY;
  return ticks.map((tick, index) => {
    const at = new Date(tick * 1000);
    const starts = at.getHours() === 0 && at.getMinutes() === 0;
    if (days || starts) return formatDay(at);
    return index === 0 ? `${formatTime(at)}\n${formatDay(at)}` : formatTime(at);
  });
}

/** While nothing is pointed at, the legend says the newest value of each line. */
function tellNewest(chart: UPlot): void {
  if ((chart.cursor.left ?? -1) >= 0) return;
  chart.setLegend({ idxs: chart.data.map((values) => Array.from(values).findLastIndex((value) => typeof value === 'number')) }, false);
}

function options(block: SeriesBlock, width: number, dark: boolean): UPlot.Options {
  const ink = dark ? '#a0a6b2' : '#5f6675';
  const line = { stroke: dark ? '#2b2f38' : '#e3e5ea', width: 1 };
  const shown = (_: UPlot, value: number | null | undefined) => (typeof value === 'number' ? amount(value, block.unit) : '–');
  const daily = isDaily(block);
  const moment = (at: number) => (daily ? formatUtcDate(new Date(at * 1000)) : formatDateTime(new Date(at * 1000).toISOString()));
  const axis = { stroke: ink, grid: line, ticks: line, font: '11px system-ui' };
  return {
    width,
    height: HEIGHT,
    ...(daily && { tzDate: (at: number) => UPlot.tzDate(new Date(at * 1000), 'Etc/UTC') }),
    cursor: { y: false, points: { size: 6 } },
    legend: { live: true },
    hooks: { ready: [tellNewest], setCursor: [tellNewest], setData: [tellNewest] },
    scales: { x: { range: (_, first, last) => (first === last ? [first - DAY / 2, last + DAY / 2] : [first, last]) }, y: { range: (_, low, high) => [Math.min(0, low), high > 0 ? high * 1.1 : 1] } },
    axes: [{ ...axis, space: 70, values: (_, ticks) => moments(ticks, daily) }, { ...axis, size: 56, values: (_, ticks) => ticks.map((tick) => amount(tick, null)) }],
    series: [
      { label: panelWords.time, value: (_, at: number | null) => (at === null ? '–' : moment(at)) },
      ...block.lines.map((each, index) => ({
        label: each.label,
        stroke: STROKES[index % STROKES.length] ?? ink,
        width: 1.75,
        points: { show: each.points.length < 3 },
        value: shown,
      })),
      ...block.thresholds.map((each) => ({
        label: each.label,
        stroke: LEVELS[each.level] ?? ink,
        width: 1.25,
        dash: [5, 4],
        points: { show: false },
        value: shown,
      })),
    ],
  };
}
