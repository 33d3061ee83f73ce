// Tables that a run writes into a document, between marks of their name.
import { readFileSync, writeFileSync } from 'node:fs';

export function writeTable(document, name, head, rows) {
  const table = [head, head.map(() => '-'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
  const [begin, end] = [`<!-- ${name} -->\n`, `<!-- end of ${name} -->`];
  const text = readFileSync(document, 'utf8');
  const [before, rest] = text.split(begin);
  if (rest === undefined || !rest.includes(end)) throw new Error(`${document} has no marks for ${name}`);
  const after = rest.slice(rest.indexOf(end));
  writeFileSync(document, `${before}${begin}\n${table}\n\n${after}`);
}
