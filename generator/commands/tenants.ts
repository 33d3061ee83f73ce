// `mcpgen tenants FILE`: a namespace and values for each tenant of a file, and what they ask for.

import { readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { Command } from 'commander';
import { type FileFailure, usageTexts } from '../diagnostics/table/usage.ts';
import { diagnose, type Diagnostic, hasErrors } from '../diagnostics.ts';
import { jsonText } from '../printable.ts';
import { readFile } from '../source.ts';
import { type ApplyWay, applyWays } from '../tenants/apply.ts';
import { costTable } from '../tenants/costs.ts';
import { readTenants, type TenantsFile } from '../tenants/model.ts';
import { header } from '../tenants/namespace.ts';
import { compileTenants } from '../tenants/tenants.ts';
import { readChartDefaults } from './chart-files.ts';
import { addHelp, groups } from './help.ts';
import { addInputOptions, type InputOptions } from './input-options.ts';
import { readInputs } from './inputs.ts';
import { type Io, readTextFile, UsageError, writeTextFile } from './io.ts';
import { finish } from './finish.ts';
import { addReportOptions, collectAmong, once, type ReportOptions } from './options.ts';
import { addRegistryMapOption } from './registry-options.ts';

interface TenantsOptions extends InputOptions, ReportOptions {
  readonly output?: string;
  readonly apply: readonly ApplyWay[];
  readonly json?: boolean;
}

export function tenantsCommand(command: Command, io: Io, exit: (status: number) => void): Command {
  addInputOptions(command.argument('<file>', 'the tenants, as YAML or JSON; - is standard input'));
  addRegistryMapOption(command)
    .optionsGroup(groups.output)
    .option('-o, --output <folder>', 'write a folder for each tenant here; by default nothing is written', once)
    .option(
      '--apply <ways>',
      `also write what applies the folder: ${applyWays.join(', ')}, separated by commas (repeatable)`,
      collectAmong(applyWays),
      [],
    )
    .option('--json', 'print the costs as JSON: thousandths of a CPU, and bytes');
  return addHelp(addReportOptions(command), tenantsExamples).action(async (name: string, options: TenantsOptions) => {
    exit(await runTenants(name, options, io));
  });
}

const tenantsExamples = [
  'mcpgen tenants tenants.yaml -o deploy --apply script',
  'mcpgen tenants tenants.yaml --config config.yaml --json > costs.json',
];

async function runTenants(name: string, options: TenantsOptions, io: Io): Promise<number> {
  const source = readFile(await readTextFile(name, io));
  const read = source.value ? readTenants(source.value) : { value: undefined, diagnostics: [] };
  const before = [...source.diagnostics, ...read.diagnostics];
  if (!read.value || hasErrors(before)) {
    await finish(before, options, io);
    return 1;
  }
  checkSources(read.value, options.apply);
  const folder = name === '-' ? '.' : dirname(name);
  const catalogs = read.value.catalogs.map((catalog) => (isAbsolute(catalog) ? catalog : join(folder, catalog)));
  const { input, diagnostics } = await readInputs(catalogs, options, io);
  const result = compileTenants({
    file: read.value,
    base: input,
    chartDefaults: readChartDefaults(),
    ways: options.apply,
  });
  const stale = options.output === undefined ? [] : findStale(options.output, read.value);
  const failed = await finish([...before, ...diagnostics, ...result.diagnostics, ...stale], options, io);
  if (failed || !result.value) return 1;
  if (options.output !== undefined) await writeChanged(options.output, result.value.files, io);
  const { costs } = result.value;
  await io.writeOut(options.json ? jsonText(Object.fromEntries(costs)) : costTable(costs));
  return 0;
}

function checkSources({ chart, git }: TenantsFile, ways: readonly ApplyWay[]): void {
  if (ways.length > 0 && !chart) throw new UsageError(usageTexts.applyWithoutChart());
  if (ways.includes('argocd') && !git) throw new UsageError(usageTexts.applyWithoutGit());
}

/** Folders of an earlier run whose tenants the file no longer has. */
function findStale(folder: string, { tenants, namespacePrefix }: TenantsFile): Diagnostic[] {
  return namesIn(folder).flatMap((tenant) => {
    const path = join(folder, tenant);
    if (tenants.has(tenant) || !textOf(join(path, 'namespace.yaml'))?.startsWith(header)) return [];
    return [diagnose('stale-tenant', { tenant, folder: path, namespace: namespacePrefix + tenant })];
  });
}

/** The fields of an error, which an object does not take along. */
function failureOf(error: unknown): Pick<FileFailure, 'code' | 'message'> {
  const { code, message } = error as NodeJS.ErrnoException;
  return { code, message };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new UsageError(usageTexts.file({ action: 'read', name: folder, ...failureOf(error) }));
  }
}

/** The text of a file, or undefined where there is none. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Files whose text is the same keep their times. */
async function writeChanged(folder: string, files: ReadonlyMap<string, string>, io: Io): Promise<void> {
  for (const [path, text] of files) {
    const file = join(folder, path);
    if (textOf(file) === text) continue;
    await mkdir(dirname(file), { recursive: true }).catch((error: unknown) => {
      throw new UsageError(usageTexts.file({ action: 'write', name: file, ...failureOf(error) }));
    });
    await writeTextFile(file, text, io);
  }
}
