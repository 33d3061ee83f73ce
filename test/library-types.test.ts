// Every type that a public signature names can be imported from the package by that name.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const dist = join(import.meta.dirname, '../dist');

interface Declarations {
  /** Text by name, without comments and string literals. */
  readonly own: ReadonlyMap<string, string>;
  /** `[file, name there]` by name here. */
  readonly imported: ReadonlyMap<string, readonly [file: string, name: string]>;
}

const files = new Map<string, Declarations>();

function declarationsOf(file: string): Declarations {
  const known = files.get(file);
  if (known) return known;
  const text = readFileSync(join(dist, file), 'utf8').replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '');
  const imported = new Map<string, readonly [string, string]>();
  for (const [, names = '', path = ''] of text.matchAll(
    /^(?:import|export)[^{;]*\{([^}]*)\} from ['"](\.[^'"]+)['"]/gm,
  ))
    for (const [there = '', here = there] of specifiers(names))
      imported.set(here, [join(dirname(file), path.replace(/\.js$/, '.d.ts')), there]);
  const own = new Map<string, string>();
  const parts = text.split(
    /^(?=(?:export )?(?:declare )?(?:abstract )?(?:function|class|const|interface|type|enum) )/m,
  );
  for (const part of parts) {
    const [, name] =
      /^(?:export )?(?:declare )?(?:abstract )?(?:function|class|const|interface|type|enum) (\w+)/.exec(part) ?? [];
    const bare = part.replaceAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, "''").replaceAll(/^\s*private .*$/gm, '');
    if (name !== undefined) own.set(name, (own.get(name) ?? '') + bare);
  }
  const found = { own, imported };
  files.set(file, found);
  return found;
}

/** `A, type B, C as D` as pairs of the names there and here. */
function specifiers(names: string): string[][] {
  return names
    .split(',')
    .map((name) => name.trim().replace(/^type /, ''))
    .filter((name) => name !== '')
    .map((name) => name.split(' as '));
}

/** Where a name of a file is declared. */
function resolve(file: string, name: string): readonly [file: string, name: string] | undefined {
  const { own, imported } = declarationsOf(file);
  if (own.has(name)) return [file, name];
  const from = imported.get(name);
  return from && resolve(...from);
}

/** What is exported, and what of it names a type that is not. */
function missingTypes(): string[] {
  const places = new Set(
    [...declarationsOf('index.d.ts').imported.keys()].map((name) => resolve('index.d.ts', name)?.join(' ')),
  );
  expect(places.size).toBeGreaterThan(50);
  const missing = new Set<string>();
  const queue = [...places].flatMap((place) => (place === undefined ? [] : [place]));
  const seen = new Set(queue);
  for (const place of queue) {
    const [file = '', name = ''] = place.split(' ');
    for (const [used] of (declarationsOf(file).own.get(name) ?? '').matchAll(/\b[A-Z]\w*\b/g)) {
      const found = resolve(file, used)?.join(' ');
      if (found === undefined || seen.has(found)) continue;
      seen.add(found);
      queue.push(found);
      // What a module keeps to itself cannot be imported anyway: a base of an interface, a step of a computed type.
      if (!places.has(found) && isExported(found)) missing.add(found);
    }
  }
  return [...missing].toSorted();
}

function isExported(place: string): boolean {
  const [file = '', name = ''] = place.split(' ');
  return declarationsOf(file).own.get(name)?.startsWith('export ') ?? false;
}

test('no type of a public signature is missing', () => {
  expect(missingTypes()).toEqual([]);
});
