// `mcpgen diff OLD NEW`: what a change of catalogs or values means for security.

import { execFile } from 'node:child_process';
import { isAbsolute } from 'node:path';
import { promisify } from 'node:util';
import { type Command, Option } from 'commander';
import { diffValues } from '../diff/diff.ts';
import { diffMarkdown, diffText } from '../diff/text.ts';
import { jsonText } from '../printable.ts';
import { type ChartValues, withDefaults } from '../values/in-effect.ts';
import { readChartDefaults } from './chart-files.ts';
import { finish } from './finish.ts';
import { addHelp, groups } from './help.ts';
import { addInputOptions, type InputOptions } from './input-options.ts';
import { type Io, readTextFile, UsageError } from './io.ts';
import { readValuesOf } from './read-values.ts';
import { addRegistryMapOption } from './registry-options.ts';

interface DiffOptions extends InputOptions {
  readonly format: 'text' | 'markdown' | 'json';
  readonly failOn?: 'widening' | 'changed';
}

export function diffCommand(command: Command, io: Io, exit: (status: number) => void): Command {
  addInputOptions(
    command
      .argument('<old>', 'the values or catalog before the change: a file, or REVISION:FILE of this Git repository')
      .argument('<new>', 'the values or catalog after the change'),
  );
  addRegistryMapOption(command)
    .optionsGroup(groups.output)
    .addOption(
      new Option('--format <format>', 'format of the result').choices(['text', 'markdown', 'json']).default('text'),
    )
    .addOption(
      new Option(
        '--fail-on <weight>',
        'exit with status 1 if the change widens access, or (changed) also for other changes to review',
      ).choices(['widening', 'changed']),
    );
  return addHelp(command, diffExamples).action(async (old: string, now: string, options: DiffOptions) => {
    exit(await runDiff(old, now, options, io));
  });
}

const diffExamples = [
  'mcpgen diff values.yaml new-values.yaml --fail-on widening',
  'mcpgen diff HEAD:values.yaml values.yaml --format markdown > review.md',
];

async function runDiff(old: string, now: string, options: DiffOptions, io: Io): Promise<number> {
  const before = await readSide(old, options, io);
  const after = await readSide(now, options, io);
  if (!before || !after) return 1;
  const changes = diffValues(before, after);
  const { format, failOn } = options;
  await io.writeOut(
    format === 'json' ? jsonText(changes) : format === 'text' ? diffText(changes) : diffMarkdown(changes),
  );
  const isAtFault = changes.some(({ weight }) => weight === 'widening' || (failOn === 'changed' && weight === failOn));
  return failOn !== undefined && isAtFault ? 1 : 0;
}

async function readSide(name: string, options: DiffOptions, io: Io): Promise<ChartValues | undefined> {
  const file = (await readRevision(name)) ?? (await readTextFile(name, io));
  const { values, diagnostics } = await readValuesOf([file], [file.name], options, io);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if ((await finish(errors, { format: 'text' }, io)) || !values) return undefined;
  return withDefaults(readChartDefaults(), values);
}

/** `REVISION:FILE`, the file as seen from this folder. Undefined: it is a file. */
async function readRevision(name: string): Promise<{ name: string; text: string } | undefined> {
  const [, revision, path] = /^([\w][\w./@^~-]*):(.+)$/.exec(name) ?? [];
  if (revision === undefined || path === undefined) return undefined;
  const object = `${revision}:${isAbsolute(path) || path.startsWith('.') ? path : `./${path}`}`;
  try {
    const { stdout } = await promisify(execFile)('git', ['cat-file', '-p', object], { maxBuffer: 32 * 1024 ** 2 });
    return { name, text: stdout };
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    throw new UsageError(`cannot read ${name} from Git: ${(stderr || message).trim().split('\n')[0]}`);
  }
}
