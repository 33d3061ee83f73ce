// The licenses of packages whose code becomes part of a file of mcpgen's: each copy of it must have their texts.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Text for each package that has one of these modules, in the order of their names. @param {string[]} modules */
export function licensesOf(modules) {
  const folders = new Set(modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []));
  const texts = [...folders].map((folder) => {
    const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? `By ${author}` : readFileSync(join(folder, file), 'utf8').trim();
    return `${name} ${version}, ${license}\n\n${text}\n`;
  });
  return texts.sort();
}
