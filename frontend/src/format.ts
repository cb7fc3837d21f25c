// Dates and numbers as the reader's browser writes them.

const LOCALE = navigator.language;
const dateTime = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' });
const utcDateTime = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' });
const clock = new Intl.DateTimeFormat(LOCALE, { timeStyle: 'medium' });
const dateOnly = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium' });
const utcDate = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeZone: 'UTC' });
const day = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short' });
const utcDay = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const time = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const numbers = new Intl.NumberFormat(LOCALE);

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

export const formatDateTime = (at: string): string => dateTime.format(new Date(at));
export const formatDate = (at: string): string => dateOnly.format(new Date(at));
export const formatUtcDate = (at: Date): string => utcDate.format(at);
export const formatUtcDay = (at: Date): string => utcDay.format(at);
export const formatDay = (at: Date): string => day.format(at);
export const formatTime = (at: Date): string => time.format(at);
export const formatClock = (at: string): string => clock.format(new Date(at));
export const formatUtc = (at: string): string => `${utcDateTime.format(new Date(at))} UTC`;
export const formatNumber = (value: number): string => numbers.format(value);
/** "1 entity", "1,204 entities". */
export const plural = (count: number, one: string, many: string): string => `${formatNumber(count)} ${count === 1 ? one : many}`;

/** "3 hours ago", "in 2 days", "just now". */
export function formatRelative(at: string, now = Date.now()): string {
  const seconds = (new Date(at).getTime() - now) / 1000;
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit);
  }
  return relative.format(0, 'second').replace('now', 'just now');
}

/** "4 s", "2 min 5 s"; milliseconds in. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds / 1000);
  if (seconds < 10) return `${numbers.format(Math.round(seconds * 10) / 10)} s`;
  if (seconds < 60) return `${numbers.format(Math.round(seconds))} s`;
  const minutes = Math.floor(seconds / 60);
  return `${numbers.format(minutes)} min ${numbers.format(Math.round(seconds % 60))} s`;
}
