// Writes src/gql/operations.ts: the types and texts of all operations in src/**/*.graphql, checked against
// the committed schema snapshot. `--check` only says whether the file is up to date.
import { codegen } from '@graphql-codegen/core';
import * as operationTypes from '@graphql-codegen/typescript-operations';
import { buildSchema, parse, print, validate, visit, Kind } from 'graphql';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const schemaFile = process.env.PORTAL_SCHEMA ?? join(root, '../tests/contracts/schema.graphql');
const target = join(root, 'src/gql/operations.ts');

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

const texts = definitions
  .filter((node) => node.kind === Kind.OPERATION_DEFINITION)
  .map((node) => {
    const name = node.name.value;
    const suffix = node.operation === 'query' ? 'Query' : 'Mutation';
    const text = [node, ...usedFragments(node)].map((part) => print(part)).join('\n');
    return `export const ${name} = operation<${name}${suffix}, ${name}${suffix}Variables>('${name}', \`${text}\`);`;
  });
const written = [
  '// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.',
  `import { operation${types.includes('Json') ? ', type Json' : ''} } from '../api/operation';`,
  types.trim(),
  ...texts,
  '',
].join('\n\n');

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== written) {
    console.error('src/gql/operations.ts is out of date: run npm run codegen');
    process.exit(1);
  }
} else {
  writeFileSync(target, written);
  console.log(`${texts.length} operations, ${fragments.size} fragments`);
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
