// Sample data of every block; a kind of block without one does not compile.
import type { Block, BlockKind, BlockOf } from '../../blocks/types';

const DAY = Date.UTC(2026, 0, 12);
const at = (hours: number): string => new Date(DAY + hours * 3_600_000).toISOString();
const wave = (base: number) => Array.from({ length: 48 }, (_, hour) => ({ at: at(hour / 2), value: base + Math.round(base * 0.4 * Math.sin(hour / 5)) }));

const BY_KIND: { [K in BlockKind]: BlockOf<K> } = {
  StatBlock: { __typename: 'StatBlock', label: 'Bookings today', value: '1,204', unit: 'orders', hint: '8 % more than a week ago' },
  StatusBlock: { __typename: 'StatusBlock', label: 'Deployed', level: 'ok', detail: 'Version 4.2.1, three pods' },
  TextBlock: { __typename: 'TextBlock', html: '<p>Markdown that the portal has <strong>sanitised</strong>, with <code>code</code> and lists:</p><ul><li>first</li><li>second</li></ul>' },
  LinksBlock: { __typename: 'LinksBlock', links: [{ url: 'https://example.com/runbook', title: 'Runbook', safe: true }, { url: 'https://example.com/board', title: 'Dashboard', safe: true }] },
  TableBlock: {
    __typename: 'TableBlock',
    columns: ['Environment', 'Version', 'State', 'Since', 'Released by'],
    file: 'environments',
    rows: [
      [{ text: 'production', url: null, level: null }, { text: '4.2.1', url: null, level: null }, { text: 'running', url: null, level: 'ok' }, { text: '12 days', url: null, level: null }, { text: 'deploy bot', url: null, level: null }],
      [{ text: 'staging', url: null, level: null }, { text: '4.3.0', url: null, level: null }, { text: 'restarting', url: null, level: 'warning' }, { text: '4 minutes', url: null, level: null }, { text: '', url: null, level: null }],
    ],
  },
  KeyValueBlock: { __typename: 'KeyValueBlock', items: [{ key: 'Region', value: 'north' }, { key: 'Tier', value: '1' }] },
  SeriesBlock: {
    __typename: 'SeriesBlock',
    title: 'Requests',
    unit: '/s',
    lines: [{ label: 'answered', points: wave(60) }, { label: 'refused', points: wave(12) }],
    thresholds: [{ label: 'limit', value: 80, level: 'warning' }],
  },
  BarsBlock: {
    __typename: 'BarsBlock',
    title: 'By team',
    unit: 'EUR',
    bars: [
      { label: 'Payments', value: 412.1, text: '412.10 EUR', level: null, url: null },
      { label: 'Reservations', value: 240, text: '240.00 EUR', level: 'warning', url: null },
    ],
  },
  GaugeBlock: { __typename: 'GaugeBlock', label: 'Error budget', amount: 62, maximum: 100, unit: '%', level: 'ok', detail: 'of 30 days' },
  TimelineBlock: {
    __typename: 'TimelineBlock',
    moments: [
      { at: at(9), title: 'Deployed 4.2.1', level: 'ok', detail: 'by Amina', url: null },
      { at: at(3), title: 'Alert resolved', level: 'warning', detail: '', url: null },
    ],
  },
  TreeBlock: {
    __typename: 'TreeBlock',
    nodes: [
      { depth: 0, label: 'Deployment booking-engine', level: 'ok', detail: '3 of 3 ready', url: null },
      { depth: 1, label: 'Pod booking-engine-7f9c', level: 'ok', detail: null, url: null },
      { depth: 1, label: 'Pod booking-engine-x2kd', level: 'error', detail: 'restarted twice', url: null },
    ],
  },
  DocumentBlock: {
    __typename: 'DocumentBlock',
    title: 'Settings',
    html: '<h1 id="doc-settings">Settings</h1><p>Everything is read from the environment.</p><h2 id="doc-names">Names</h2><p>They begin with <code>ENGINE_</code>.</p><h2 id="doc-secrets">Secrets</h2><p>They are read from files.</p>',
    pages: [
      { depth: 0, label: 'Start', detail: null, url: '/plugins/blocks?page=start' },
      { depth: 0, label: 'Guides', detail: null, url: null },
      { depth: 1, label: 'Settings', detail: null, url: '/plugins/blocks' },
      { depth: 1, label: 'Runbook', detail: null, url: '/plugins/blocks?page=runbook' },
    ],
    current: '/plugins/blocks',
    headings: [
      { id: 'names', title: 'Names', level: 2 },
      { id: 'secrets', title: 'Secrets', level: 2 },
    ],
    updatedAt: at(2),
    editUrl: 'https://example.com/edit',
    search: null,
    lookedFor: '',
  },
  LogBlock: {
    __typename: 'LogBlock',
    title: 'Last lines',
    lines: [
      { text: 'listening on :8080', at: at(1), level: '' },
      { text: 'slow answer of the harbour: 1.4 s', at: at(2), level: 'warning' },
    ],
  },
  FormBlock: {
    __typename: 'FormBlock',
    title: 'Ask for an exemption',
    action: 'sample',
    schema: { type: 'object', required: ['reason'], properties: { reason: { type: 'string', title: 'Reason' } } },
    submit: 'Ask',
    values: {},
    entity: '',
  },
  EmptyBlock: { __typename: 'EmptyBlock', title: 'Nothing deployed', message: 'No cluster runs this component.' },
  ErrorBlock: { __typename: 'ErrorBlock', title: 'The cluster did not answer', message: 'Timeout after 5 s; tried again in a minute.' },
};

export const SAMPLES: Block[] = Object.values(BY_KIND);
