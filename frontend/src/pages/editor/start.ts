// What the editor begins with: a small template, or one of the catalog with the files that its steps fetch.
import { request } from '../../api/client';
import { isObject, type Json } from '../../api/operation';
import { EditorTemplate, TryDraft } from '../../gql/operations';

export const TEMPLATE = 'template.yaml';

export interface DraftFile {
  path: string;
  content: string;
  executable: boolean;
}

export interface Draft {
  text: string;
  /** What lies beside it; null where that could not be read. */
  files: DraftFile[] | null;
  /** How many files beside it are no text. */
  skipped: number;
}

const API_VERSION = 'scaffolder.backstage.io/v1beta3';

export const SMALL: Draft = {
  text: `apiVersion: ${API_VERSION}
kind: Template
metadata:
  name: new-template
  title: New template
  description: What one gets from it.
spec:
  owner: group:default/platform
  type: service
  parameters:
    - title: What is it?
      required: [name]
      properties:
        name:
          title: Name
          type: string
          ui:field: EntityNamePicker
        owner:
          title: Owner
          type: string
          ui:field: OwnerPicker
  steps:
    - id: skeleton
      name: Write the files
      action: fetch:template
      input:
        url: ./skeleton
        values:
          name: \${{ parameters.name }}
          owner: \${{ parameters.owner }}
    - id: done
      name: Say so
      action: debug:log
      input:
        message: Made \${{ parameters.name }}
`,
  files: [
    {
      path: 'skeleton/catalog-info.yaml',
      content: `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: \${{ values.name }}
spec:
  type: service
  lifecycle: experimental
  owner: \${{ values.owner or "group:default/platform" }}
`,
      executable: false,
    },
    { path: 'skeleton/README.md', content: '# ${{ values.name }}\n', executable: false },
  ],
  skipped: 0,
};

interface Found {
  ref: string;
  draft: Draft | null;
}

/** A template of the catalog as a draft; null where there is none that one may see, its draft null where it has no text. */
export async function readTemplate(ref: string): Promise<Found | null> {
  const entity = (await request(EditorTemplate, { ref })).data.entity;
  if (!entity || !('steps' in entity)) return null;
  const { namespace, name, descriptor } = entity;
  if (descriptor === null) return { ref, draft: null };
  return { ref, draft: { text: descriptor, ...(await readBeside(namespace, name, placesFetched(entity.steps))) } };
}

interface Place {
  url: string;
  isFile: boolean;
}

/** The folders and files beside a template that its steps fetch; null where they lie elsewhere. */
function placesFetched(steps: Json): Place[] | null {
  const places = new Map<string, Place>();
  for (const step of Array.isArray(steps) ? steps : []) {
    if (!isObject(step) || typeof step.action !== 'string' || !step.action.startsWith('fetch:')) continue;
    const written = isObject(step.input) ? step.input.url : undefined;
    if (typeof written !== 'string' || written.includes('://')) continue;
    const fixed = written.split('${{')[0] ?? '';
    const whole = fixed.length === written.length;
    const url = (whole ? fixed : fixed.slice(0, fixed.lastIndexOf('/') + 1)).replace(/^(\.\/)+/, '').replace(/\/+$/, '');
    if (url.startsWith('/') || url.split('/').includes('..')) return null;
    places.set(url, { url, isFile: whole && step.action.endsWith(':file') });
  }
  return [...places.values()];
}

/** What lies there, fetched by a dry run of a template that does nothing else. */
async function readBeside(namespace: string, name: string, places: Place[] | null): Promise<Omit<Draft, 'text'>> {
  const unknown = { files: null, skipped: 0 };
  if (places === null) return unknown;
  if (places.length === 0) return { files: [], skipped: 0 };
  const steps = places.map(({ url, isFile }, index) => ({
    id: `place-${index}`,
    name: url || 'all',
    action: isFile ? 'fetch:plain:file' : 'fetch:plain',
    input: { url: `./${url}`, targetPath: `./${url}` },
  }));
  const template = { apiVersion: API_VERSION, kind: 'Template', metadata: { namespace, name }, spec: { type: 'service', steps } };
  try {
    const { problems, files } = (await request(TryDraft, { input: { text: JSON.stringify(template), values: {} } })).data.dryRunTemplate;
    if (problems.length > 0) return unknown;
    const texts = files.flatMap(({ path, content, executable }) => (content === null ? [] : [{ path, content, executable }]));
    return { files: texts, skipped: files.length - texts.length };
  } catch {
    return unknown;
  }
}
