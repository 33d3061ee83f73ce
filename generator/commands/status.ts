// `mcpgen status URL`: a table of a running release, from its relay.

import { type Command, Option } from 'commander';
import { usageTexts } from '../diagnostics/table/usage.ts';
import { readSource } from '../source.ts';
import { isTreeMap, type Tree } from '../tree.ts';
import { jsonText } from '../printable.ts';
import { readRelay, RelayError } from '../running/relay.ts';
import { isHealthy, statusOf, statusTable } from '../running/status.ts';
import { addHelp, groups } from './help.ts';
import { type Io, readFiles, UsageError } from './io.ts';
import { finish } from './finish.ts';

interface StatusOptions {
  readonly values: readonly string[];
  readonly format: 'table' | 'json';
}

export function statusCommand(command: Command, io: Io, exit: (status: number) => void): Command {
  command
    .argument('<url>', 'address of the relay, e.g. http://localhost:9090')
    .optionsGroup(groups.inputs)
    .option('--values <file>', 'values of the release, for the tools that are expected; repeatable', collect, [])
    .optionsGroup(groups.output)
    .addOption(new Option('--format <format>', 'format of the output').choices(['table', 'json']).default('table'));
  return addHelp(command, statusExamples).action(async (url: string, options: StatusOptions) => {
    exit(await runStatus(url, options, io));
  });
}

const statusExamples = [
  'mcpgen status http://localhost:9090',
  'mcpgen status http://localhost:9090 --values values.yaml --format json',
];

function collect(value: string, values: readonly string[]): readonly string[] {
  return [...values, value];
}

async function runStatus(url: string, { values, format }: StatusOptions, io: Io): Promise<number> {
  const expected = new Map<string, number>();
  for (const { name, text } of await readFiles(values, io)) {
    const { value, diagnostics } = readSource(name, text);
    if (await finish(diagnostics, { format: 'text' }, io)) return 1;
    for (const [server, tools] of toolsOf(value?.tree)) expected.set(server, tools);
  }
  const status = statusOf(await readRelay(addressOf(url)).catch(explain), expected);
  await io.writeOut(format === 'json' ? jsonText(status) : statusTable(status));
  return isHealthy(status) ? 0 : 1;
}

function addressOf(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address && /^https?:$/.test(address.protocol)) return address;
  throw new UsageError(usageTexts.relayAddress({ url }));
}

function explain(error: unknown): never {
  if (!(error instanceof RelayError)) throw error;
  throw new UsageError(usageTexts.relay({ problem: error.message }));
}

/** How many tools the values have of each server. */
function toolsOf(tree: Tree | undefined): (readonly [string, number])[] {
  const servers = isTreeMap(tree) ? tree['servers'] : undefined;
  return Object.entries(isTreeMap(servers) ? servers : {}).flatMap(([name, server]) => {
    const tools = isTreeMap(server) ? (server['allowTools'] ?? server['tools']) : undefined;
    return Array.isArray(tools) ? [[name, tools.length] as const] : [];
  });
}
