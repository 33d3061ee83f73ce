// What any compiler of catalogs must do at least: reads one, parses it and writes it again, with the usual package.
import { readFileSync, writeFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';

const [input, output] = process.argv.slice(2);
writeFileSync(output, stringify(parse(readFileSync(input, 'utf8'))));
