// Writes src/gql/: operations.ts with the types of all operations in src/**/*.graphql, checked against the committed
// schema snapshot, and beside it one module of texts for each .graphql file, so that a page loads its own only.
// `--check` only says whether the files are up to date.
import { codegen } from '@graphql-codegen/core';
import * as operationTypes from '@graphql-codegen/typescript-operations';
import { buildSchema, parse, print, validate, visit, Kind } from 'graphql';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const schemaFile = process.env.PORTAL_SCHEMA ?? join(root, '../tests/contracts/schema.graphql');
const folder = join(root, 'src/gql');
const target = join(folder, 'operations.ts');

const MADE = '// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.';
mkdirSync(folder, { recursive: true });

const schema = buildSchema(readFileSync(schemaFile, 'utf8'));
const files = sourceFiles();
const definitions = files.flatMap((file) => parse(readFileSync(file, 'utf8')).definitions);
const whole = { kind: Kind.DOCUMENT, definitions };
const errors = validate(schema, whole).filter((error) => !error.message.includes('is never used'));
if (errors.length > 0) {
  for (const error of errors) console.error(error.message);
  process.exit(1);
}

const fragments = new Map(
  definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION).map((node) => [node.name.value, node]),
);
const types = await codegen({
  filename: target,
  schema: parse(readFileSync(schemaFile, 'utf8')),
  schemaAst: schema,
  documents: [{ location: 'operations.graphql', document: whole }],
  config: {
    strictScalars: true,
    scalars: { JSON: 'Json', DateTime: 'string' },
    enumsAsTypes: true,
    enumType: 'string-literal',
    immutableTypes: false,
    useTypeImports: true,
    skipTypename: false,
    nonOptionalTypename: false,
    dedupeFragments: true,
    inlineFragmentTypes: 'combine',
    avoidOptionals: { field: true },
  },
  plugins: [{ operations: {} }],
  pluginMap: { operations: operationTypes },
});

const modules = new Map();
for (const file of files) {
  const operations = parse(readFileSync(file, 'utf8')).definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (operations.length === 0) continue;
  const name = `${basename(file, '.graphql')}.ts`;
  if (modules.has(name)) throw new Error(`Two files are called ${basename(file)}: rename one`);
  modules.set(name, moduleOf(operations));
}
modules.set(
  'operations.ts',
  [
    MADE,
    ...(types.includes('Json') ? ["import type { Json } from '../api/operation';"] : []),
    types.trim(),
    [...modules.keys()].map((name) => `export * from './${basename(name, '.ts')}';`).join('\n'),
    '',
  ].join('\n\n'),
);

const present = readdirSync(folder);
const superfluous = present.filter((name) => !modules.has(name));
const outdated = [...modules].filter(([name, text]) => !present.includes(name) || readFileSync(join(folder, name), 'utf8') !== text);
if (process.argv.includes('--check')) {
  if (outdated.length + superfluous.length > 0) {
    console.error('src/gql is out of date: run npm run codegen');
    process.exit(1);
  }
} else {
  for (const [name, text] of outdated) writeFileSync(join(folder, name), text);
  for (const name of superfluous) rmSync(join(folder, name));
  console.log(`${modules.size - 1} modules, ${fragments.size} fragments`);
}

function moduleOf(operations) {
  const texts = operations.map((node) => {
    const name = node.name.value;
    const suffix = node.operation[0].toUpperCase() + node.operation.slice(1);
    const text = [node, ...usedFragments(node)].map((part) => print(part)).join('\n');
    return [[`${name}${suffix}`, `${name}${suffix}Variables`], (types) => `export const ${name} = operation<${types.join(', ')}>('${name}', \`${text}\`);`];
  });
  const names = texts.flatMap(([types]) => types);
  return [
    MADE,
    `import { operation } from '../api/operation';\nimport type {\n${names.map((name) => `  ${name},\n`).join('')}} from './operations';`,
    ...texts.map(([types, write]) => write(types)),
    '',
  ].join('\n\n');
}

function sourceFiles() {
  return readdirSync(join(root, 'src'), { recursive: true })
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => join(root, 'src', file));
}

/** All fragments a definition needs, in order of first use. */
function usedFragments(definition, seen = new Set()) {
  visit(definition, {
    FragmentSpread(node) {
      if (seen.has(node.name.value)) return;
      seen.add(node.name.value);
      usedFragments(fragments.get(node.name.value), seen);
    },
  });
  return [...seen].map((name) => fragments.get(name));
}
