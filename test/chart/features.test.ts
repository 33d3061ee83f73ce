// docs/features.md: sixty rows, and what they name is there.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chart, root } from './helm.ts';

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
}

const text = readFileSync(join(root, 'docs/features.md'), 'utf8');
const rows = text
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.slice(2, -2).split(' | '));
const schema = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8')) as Schema & {
  readonly definitions: Readonly<Record<string, Schema>>;
};

test('sixty rows, each with an answer, and a way where there is one', () => {
  expect(rows.map(([number]) => Number(number))).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  for (const [number, , answer, by] of rows) {
    expect(['yes', 'partly', 'no'], number).toContain(answer);
    if (answer !== 'no') expect(by, number).not.toBe('');
  }
});

test('the values that it names are in the schema', () => {
  const top = Object.keys(schema.properties ?? {});
  const keys = rows
    .flatMap(([, , , by = '']) =>
      [...by.matchAll(/`([a-z]\w*(?:\.(?:<name>|\w+))*)`/gi)].map(([, key]) => key as string),
    )
    .filter((key) => top.includes(key.split('.')[0] as string));
  expect(keys.length).toBeGreaterThan(40);
  expect(keys.filter((key) => !isValue(key.split('.')))).toEqual([]);
});

test('the files that it links to are there', () => {
  const links = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, path]) => path as string);
  expect(links.filter((path) => !existsSync(join(root, 'docs', path)))).toEqual([]);
});

function isValue([first = '', ...path]: string[]): boolean {
  const [start, rest] =
    first === 'servers' ? [schema.definitions['server'], path.slice(1)] : [schema, [first, ...path]];
  return rest.reduce<Schema | undefined>((at, key) => resolve(at)?.properties?.[key], start) !== undefined;
}

function resolve(one?: Schema): Schema | undefined {
  return one?.$ref ? resolve(schema.definitions[one.$ref.replace('#/definitions/', '')]) : one;
}
