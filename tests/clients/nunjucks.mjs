// Reads [{kind: "value" | "text", template, context}] and writes what each engine gives: {value} or {error}.
import { readFileSync } from 'node:fs';
import nunjucks from 'nunjucks';
import { createTemplateRenderer } from 'nunjitsu';

const options = {
  autoescape: false,
  tags: { variableStart: '${{', variableEnd: '}}' },
};
const parts = /[^.[\]]+/g;
const filters = {
  pick: (object, path) => path.match(parts).reduce((found, key) => found?.[key], object),
  parseRepoUrl(value) {
    const url = new URL(`https://${value}`);
    const keys = ['owner', 'organization', 'workspace', 'project', 'repo'];
    const query = keys.filter(key => url.searchParams.has(key)).map(key => [key, url.searchParams.get(key)]);
    return { host: url.host, ...Object.fromEntries(query) };
  },
  parseEntityRef(ref, context = {}) {
    const [, kind, namespace, name] = /^(?:([^:]+):)?(?:([^/]+)\/)?(.+)$/.exec(ref);
    return {
      kind: kind ?? context.defaultKind,
      namespace: namespace ?? context.defaultNamespace ?? 'default',
      name,
    };
  },
  projectSlug(value) {
    const { owner, repo } = filters.parseRepoUrl(value);
    return `${owner}/${repo}`;
  },
};
const legacy = new nunjucks.Environment([], options);
for (const [name, filter] of Object.entries(filters)) legacy.addFilter(name, filter);
const today = createTemplateRenderer({ filters, allowRegexExecution: true });

function legacyValue(template, context) {
  const tree = nunjucks.parser.parse(template, [], options);
  const [only] = tree.children;
  if (tree.children.length === 1 && !(only?.children?.[0] instanceof nunjucks.nodes.TemplateData)) {
    const dumped = legacy.renderString(template.replace(/\${{(.+)}}/g, '${{ ( $1 ) | dump }}'), context);
    if (dumped === '') return null;
    try {
      return JSON.parse(dumped);
    } catch {
      // as Backstage did: what is no JSON is a text
    }
  }
  const text = legacy.renderString(template, context);
  return text === '' ? null : text;
}

const engines = {
  nunjucks: ({ kind, template, context }) =>
    kind === 'value' ? legacyValue(template, context) : legacy.renderString(template, context),
  nunjitsu: ({ kind, template, context }) =>
    kind === 'value'
      ? (today.renderValue(template, context, { coercion: 'json' }) ?? null)
      : today.render(template, context),
};
// What nobody gave is null with us and not there at all in Backstage.
const cases = JSON.parse(readFileSync(0, 'utf8'), (_, value) => (value === null ? undefined : value));
const results = cases.map(one =>
  Object.fromEntries(
    Object.entries(engines).map(([name, evaluate]) => {
      try {
        return [name, { value: evaluate(one) }];
      } catch (error) {
        return [name, { error: String(error.message) }];
      }
    }),
  ),
);
process.stdout.write(JSON.stringify(results));
