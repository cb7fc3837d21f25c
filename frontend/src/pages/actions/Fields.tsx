// A JSON Schema as a list of fields: name, type, what it is for; those of objects and lists below them.
import { Badge } from '@mantine/core';
import { isObject, type JsonObject } from '../../api/operation';
import classes from './ActionsPage.module.css';
import { words } from './strings';

const MAX_DEPTH = 5;

export function Fields({ schema, depth = 0 }: { schema: unknown; depth?: number }) {
  const fields = isObject(schema) && isObject(schema.properties) ? Object.entries(schema.properties) : [];
  const required = isObject(schema) && Array.isArray(schema.required) ? schema.required : [];
  if (fields.length === 0) return depth === 0 ? <p className={classes.quiet}>{words.nothing}</p> : null;
  return (
    <ul className={classes.fields}>
      {fields.map(([name, field]) => {
        const one = isObject(field) ? field : {};
        const below = isObject(one.items) ? one.items : one;
        return (
          <li key={name}>
            <div className={classes.fieldHead}>
              <code>{name}</code>
              <span className={classes.quiet}>{typeOf(one)}</span>
              {required.includes(name) && <Badge size="xs">{words.required}</Badge>}
              {one.writeOnly === true && (
                <Badge size="xs" color="gray">
                  {words.secret}
                </Badge>
              )}
            </div>
            {typeof one.description === 'string' && <div>{one.description}</div>}
            {limits(one) && <div className={classes.quiet}>{limits(one)}</div>}
            {depth < MAX_DEPTH && <Fields schema={below} depth={depth + 1} />}
          </li>
        );
      })}
    </ul>
  );
}

function typeOf(field: JsonObject): string {
  const alternatives = [field.oneOf, field.anyOf].find(Array.isArray);
  if (alternatives) return alternatives.map((one) => (isObject(one) ? typeOf(one) : '')).join(' | ');
  if (field.const !== undefined) return JSON.stringify(field.const);
  if (Array.isArray(field.type)) return field.type.map((type) => (typeof type === 'string' ? type : '')).join(' | ');
  if (field.type === 'array') return `${isObject(field.items) ? typeOf(field.items) : 'any'}[]`;
  return typeof field.type === 'string' ? field.type : 'any';
}

function limits(field: JsonObject): string {
  const parts: string[] = [];
  if (Array.isArray(field.enum)) parts.push(words.oneOf(field.enum.map((value) => JSON.stringify(value)).join(', ')));
  if (field.default !== undefined) parts.push(words.fallback(JSON.stringify(field.default)));
  return parts.join('; ');
}
