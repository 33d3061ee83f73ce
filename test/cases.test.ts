// Runs test/cases: each file holds a command line, the files it names, and what comes of it. `npm run golden` writes the results.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../generator/cli.ts';
import { type Case, type CaseRun, parseCase } from '../generator/diagnostics/case.ts';
import { type DiagnosticCode, diagnosticCodes, diagnosticTable } from '../generator/diagnostics/table.ts';
import type { Entry } from '../generator/diagnostics/types.ts';
import { version } from '../generator/version.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcpgen-cases-'));
afterAll(() => rmSync(folder, { recursive: true }));

const cases = join(import.meta.dirname, 'cases');
const names = readdirSync(cases);

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Cases by file name, with what came of them. Each runs once, for all tests of this file. */
const outcomes = new Map<string, { readonly found: Case; readonly outcome: Outcome }>();

/** Variants of codes that the cases reported. */
let reported: ReadonlySet<string>;

beforeAll(async () => {
  const reports = noteReports();
  for (const name of names) {
    const found = parseCase(readFileSync(join(cases, name), 'utf8'));
    outcomes.set(name, { found, outcome: await runCase(found) });
  }
  reported = new Set(reports);
});

/** Has each message of the table note that it was made. */
function noteReports(): ReadonlySet<string> {
  const reports = new Set<string>();
  for (const [code, { variants }] of Object.entries<Entry>(diagnosticTable)) {
    for (const [variant, entry] of Object.entries(variants)) {
      const message = (parameters: never): string => {
        reports.add(`${code}/${variant}`);
        return entry.message(parameters);
      };
      Object.assign(variants, { [variant]: { ...entry, message } });
    }
  }
  return reports;
}

function outcomeOf(name: string): { readonly found: Case; readonly outcome: Outcome } {
  const known = outcomes.get(name);
  if (!known) throw new Error(`${name} did not run`);
  return known;
}

test.each(names)('%s', async (name) => {
  const { found, outcome } = outcomeOf(name);
  const { status, stdout, stderr } = outcome;
  expect(status === 0 || stdout === '', 'nothing on stdout when it fails').toBe(true);
  const sections = [
    found.head,
    ...[...found.files].map(([input, text]) => `=== ${input}\n${text}`),
    found.fixText,
    `=== status\n${status}\n`,
    ...(stdout === '' ? [] : [`=== stdout\n${stdout}`]),
    ...(stderr === '' ? [] : [`=== stderr\n${stderr}`]),
  ];
  await expect(sections.join('')).toMatchFileSnapshot(join(cases, name));
});

/** Codes that need more than files, and the test that has it. */
const elsewhere: Partial<Record<DiagnosticCode, string>> = {
  'image-read': 'image/lock.test.ts',
};

describe('every code', () => {
  test('has a case of its name, or a test elsewhere that names it', () => {
    const missing = diagnosticCodes.filter((code) => !names.includes(`${code}.txt`));
    expect(missing).toEqual(Object.keys(elsewhere));
    for (const [code, file] of Object.entries(elsewhere)) {
      expect(readFileSync(join(import.meta.dirname, file), 'utf8').includes(code), file).toBe(true);
    }
  });

  test.each(diagnosticCodes.filter((code) => !(code in elsewhere)))(
    '%s: its example has it, and the fixed one does not',
    async (code) => {
      const { found, outcome } = outcomeOf(`${code}.txt`);
      const said = new RegExp(`\\b(error|warning|note) ${code}:`);
      // A mistake in the arguments has no code in this format.
      expect(outcome.stderr).toMatch(code === 'usage' ? /^error: / : said);
      const { variants }: Entry = diagnosticTable[code];
      const isMistake = Object.values(variants).some(({ severity }) => severity !== 'note');
      if (isMistake) expect(found.fixed, 'a mistake has a fix').toBeDefined();
      if (!found.fixed) return;
      const fixed = await runCase(found.fixed);
      expect(fixed.stderr).not.toMatch(said);
      expect(fixed).toMatchObject({ status: 0 });
    },
  );
});

/** Ways of reporting a code that need a registry or a huge file, and words of the test that has one. */
const variantsElsewhere: Readonly<Record<string, readonly [file: string, words: string]>> = {
  'stale-lock/image': ['image/lock.test.ts', 'is stale for the image'],
  'stale-lock/unused': ['image/lock.test.ts', 'no server uses the image'],
  'image-read/default': ['image/lock.test.ts', 'read the image'],
  'wrong-value/too-many': ['image/hostile-lock.test.ts', 'at most 10000 are allowed'],
};

test('every variant of a code is reported by a case, or by a test elsewhere', () => {
  const all = Object.entries<Entry>(diagnosticTable).flatMap(([code, { variants }]) =>
    Object.keys(variants).map((variant) => `${code}/${variant}`),
  );
  expect(all.filter((key) => !reported.has(key)).toSorted()).toEqual(Object.keys(variantsElsewhere).toSorted());
  for (const [file, words] of Object.values(variantsElsewhere)) {
    expect(readFileSync(join(import.meta.dirname, file), 'utf8').includes(words), `${file}: ${words}`).toBe(true);
  }
});

let runs = 0;

async function runCase({ args, files }: CaseRun): Promise<Outcome> {
  const own = join(folder, String(runs++));
  for (const [name, text] of files) {
    mkdirSync(dirname(join(own, name)), { recursive: true });
    writeFileSync(join(own, name), text);
  }
  const isOwn = (arg: string): boolean => [...files.keys()].some((name) => name === arg || name.startsWith(`${arg}/`));
  let stdout = '';
  let stderr = '';
  const status = await run(
    args.map((arg) => (isOwn(arg) ? join(own, arg) : arg)),
    {
      stdin: Readable.from([]),
      writeOut: async (text) => void (stdout += text.replace(`by mcpgen ${version} `, 'by mcpgen VERSION ')),
      writeError: async (text) => void (stderr += text.replaceAll(`${own}/`, '')),
      color: false,
    },
  );
  return { status, stdout, stderr };
}
