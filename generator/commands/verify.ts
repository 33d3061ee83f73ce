// `mcpgen verify URL FILE...`: compares the tools that a gateway offers with what the values and the lock say of them.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { isAsExpected, verificationJunit, verificationText } from '../definitions/format.ts';
import { type ExpectedServer, record, type Verification, verify } from '../definitions/compare.ts';
import { formatLock, type Lock, readLock } from '../image/lock.ts';
import { jsonText } from '../printable.ts';
import { readSource } from '../source.ts';
import { serversOf, withDefaults } from '../values/in-effect.ts';
import { readChartDefaults } from './chart-files.ts';
import { addHelp, groups } from './help.ts';
import { finish } from './finish.ts';
import { addInputOptions, type InputOptions } from './input-options.ts';
import { readLockFile } from './inputs.ts';
import { type Io, UsageError, writeTextFile } from './io.ts';
import { readValues } from './read-values.ts';
import { addRegistryMapOption } from './registry-options.ts';

interface VerifyOptions extends InputOptions {
  readonly format: 'text' | 'json' | 'junit';
  readonly record?: boolean;
  readonly tokenVariable: string;
}

export function verifyCommand(command: Command, io: Io, exit: (status: number) => void): Command {
  addInputOptions(
    command
      .argument('<url>', 'address of the gateway, e.g. http://localhost:8811/mcp')
      .argument('<files...>', 'values files (the last one wins) or catalogs; - is standard input'),
  )
    .optionsGroup(groups.cluster)
    .option('--token-variable <name>', 'variable with the bearer token', collectVariable, 'MCP_GATEWAY_AUTH_TOKEN');
  addRegistryMapOption(command)
    .optionsGroup(groups.output)
    .option('--record', 'write hashes of the definitions, as they are now, into the lock file')
    .addOption(
      new Option('--format <format>', 'format of the result').choices(['text', 'json', 'junit']).default('text'),
    );
  return addHelp(command, verifyExamples).action(async (url: string, files: string[], options: VerifyOptions) => {
    exit(await runVerify(url, files, options, io));
  });
}

const verifyExamples = [
  'mcpgen verify http://localhost:8811/mcp catalog.yaml --record',
  'mcpgen verify http://localhost:8811/mcp values.yaml --format junit > verify.xml',
];

function collectVariable(text: string): string {
  if (/^[A-Za-z_]\w*$/.test(text)) return text;
  throw new InvalidArgumentError('\nIt is the name of a variable, not the token itself.');
}

async function runVerify(url: string, files: readonly string[], options: VerifyOptions, io: Io): Promise<number> {
  const address = addressOf(url);
  const { values, diagnostics } = await readValues(files, options, io);
  // Notes and warnings about a deployment belong to compiling it.
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if ((await finish(errors, { format: 'text' }, io)) || !values) return 1;
  const servers: ExpectedServer[] = serversOf(withDefaults(readChartDefaults(), values)).map(([name, server]) => ({
    name,
    ...server,
  }));
  const lock = await readWholeLock(files, options, io);
  const { listTools, GatewayError } = await import('../running/mcp.ts');
  const listed = await listTools(address, process.env[options.tokenVariable]).catch((error: unknown) => {
    if (error instanceof GatewayError) throw new UsageError(`${error.message}. ${remedy(options)}`);
    throw error;
  });
  let { recorded } = lock;
  if (options.record) {
    if (!lock.file) throw new UsageError('there is no lock file to record to: run mcpgen lock, or name it with --lock');
    recorded = record(listed, servers, recorded);
    await writeTextFile(lock.file, formatLock({ ...lock.value, tools: recorded }), { ...io, inputs: new Map() });
  }
  const result = verify(listed, servers, recorded);
  await io.writeOut(print(result, options.format));
  return isAsExpected(result) ? 0 : 1;
}

function remedy({ tokenVariable }: VerifyOptions): string {
  const forward = 'Forward the port of its Service first: kubectl port-forward service/mcp-mcpgen 8811';
  return process.env[tokenVariable] === undefined
    ? `${forward}, and set ${tokenVariable} to the bearer token`
    : `${forward}, and look whether ${tokenVariable} is its bearer token`;
}

function addressOf(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address && /^https?:$/.test(address.protocol)) return address;
  throw new UsageError(`${url} is not the address of a gateway. Write e.g. http://localhost:8811/mcp`);
}

type WholeLock =
  | { readonly file: string; readonly value: Lock; readonly recorded: Lock['tools'] }
  | { readonly file?: undefined; readonly value?: undefined; readonly recorded: Lock['tools'] };

/** The lock, which must be readable if it is there. */
async function readWholeLock(files: readonly string[], options: VerifyOptions, io: Io): Promise<WholeLock> {
  const file = await readLockFile(files, options, io);
  if (!file) return { recorded: new Map() };
  const source = readSource(file.name, file.text);
  const lock = source.value ? readLock(source.value) : { value: undefined, diagnostics: [] };
  await finish([...source.diagnostics, ...lock.diagnostics], { format: 'text' }, io);
  if (!lock.value) throw new UsageError(`cannot read ${file.name}: run mcpgen lock to write it again`);
  return { file: file.name, value: lock.value, recorded: lock.value.tools };
}

function print(result: Verification, format: VerifyOptions['format']): string {
  switch (format) {
    case 'json':
      return jsonText(result);
    case 'junit':
      return verificationJunit(result);
    case 'text':
      return verificationText(result);
  }
}
