// A descriptor to begin with where an address holds none.

const FILE = 'catalog-info.yaml';
const NOTHING_THERE = ['FILE_MISSING', 'NOTHING_TO_READ'];

export interface Start {
  file: string;
  text: string;
}

export function startFor(target: string, codes: string[]): Start | null {
  if (!codes.some((code) => NOTHING_THERE.includes(code))) return null;
  const parts = target.replace(/[?#].*$/, '').split(/[/:]/).filter((part) => part !== '');
  const last = parts.at(-1) ?? '';
  const file = /\.ya?ml$/.test(last) ? last : FILE;
  const name = (file === last ? parts.at(-2) : last) ?? '';
  const text = [
    'apiVersion: backstage.io/v1alpha1',
    'kind: Component',
    'metadata:',
    `  name: ${name.replace(/\.git$/, '').replace(/[^\w.-]+/g, '-').replace(/^[-_.]+|[-_.]+$/g, '').slice(0, 63) || 'my-service'}`,
    '  description: What it does, in a sentence',
    'spec:',
    '  type: service',
    '  lifecycle: experimental',
    '  owner: group:my-team',
    '',
  ].join('\n');
  return { file, text };
}
