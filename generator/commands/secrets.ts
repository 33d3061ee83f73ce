// `mcpgen secrets template|check|manifest FILE...`: the Secrets that servers need, from a file to fill in to a manifest.

import { Argument, type Command, InvalidArgumentError } from 'commander';
import { parseSecrets } from '../catalog/config.ts';
import { jsonText } from '../printable.ts';
import { checkKeys, type HasKey, inEnvFile, inListing } from '../secrets/check.ts';
import { neededKeys, type NeededKey } from '../secrets/needed.ts';
import { checkText, envTemplate, externalSecrets, secretManifests } from '../secrets/text.ts';
import { readSource } from '../source.ts';
import { withDefaults } from '../values/in-effect.ts';
import { readChartDefaults } from './chart-files.ts';
import { finish } from './finish.ts';
import { addHelp, groups } from './help.ts';
import { addInputOptions, type InputOptions } from './input-options.ts';
import { type Io, readTextFile, UsageError } from './io.ts';
import { once } from './options.ts';
import { readValues } from './read-values.ts';
import { addRegistryMapOption } from './registry-options.ts';

const actions = ['template', 'check', 'manifest'] as const;

interface SecretsOptions extends InputOptions {
  readonly from: string;
  readonly namespace?: string;
  readonly externalSecret?: Store;
  readonly json?: boolean;
}

interface Store {
  readonly kind: string;
  readonly name: string;
}

export function secretsCommand(command: Command, io: Io, exit: (status: number) => void): Command {
  addInputOptions(
    command
      .addArgument(new Argument('<action>', 'what to write').choices(actions))
      .argument('<files...>', 'values files (the last one wins) or catalogs'),
  )
    .optionsGroup(groups.secrets)
    .option('--from <file>', 'NAME=VALUE lines; check also takes kubectl get secrets -o json; - is standard input', '-')
    .option(
      '--external-secret <kind/name>',
      'manifest: write ExternalSecrets of this store, without values',
      collectStore,
    )
    .option('--namespace <name>', 'manifest: namespace of the Secrets', collectNamespace);
  addRegistryMapOption(command).optionsGroup(groups.output).option('--json', 'check: print JSON instead of text');
  return addHelp(command, secretsExamples).action(
    async (action: (typeof actions)[number], files: string[], options: SecretsOptions) => {
      exit(await runSecrets(action, files, options, io));
    },
  );
}

const secretsExamples = [
  'mcpgen secrets template values.yaml > secrets.env',
  'mcpgen secrets manifest values.yaml --from secrets.env > secrets.yaml',
];

function collectNamespace(text: string, previous: string | undefined): string {
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text))
    throw new InvalidArgumentError('\nIt is a DNS label, e.g. mcp.');
  return once(text, previous);
}

function collectStore(text: string): Store {
  const [, kind, name] = /^(SecretStore|ClusterSecretStore)\/([a-z0-9]([-.a-z0-9]*[a-z0-9])?)$/.exec(text) ?? [];
  if (kind === undefined || name === undefined)
    throw new InvalidArgumentError('\nIt has the form SecretStore/NAME or ClusterSecretStore/NAME.');
  return { kind, name };
}

async function runSecrets(
  action: (typeof actions)[number],
  files: readonly string[],
  options: SecretsOptions,
  io: Io,
): Promise<number> {
  const { values, diagnostics } = await readValues(files, options, io);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if ((await finish(errors, { format: 'text' }, io)) || !values) return 1;
  const needed = neededKeys(withDefaults(readChartDefaults(), values));
  const { externalSecret: store, namespace } = options;
  if (action === 'template') await io.writeOut(envTemplate(needed));
  else if (action === 'check') return check(needed, options, io);
  else if (store) await io.writeOut(externalSecrets(needed, store, namespace));
  else return writeManifests(needed, options, io);
  return 0;
}

async function check(needed: readonly NeededKey[], { from, json }: SecretsOptions, io: Io): Promise<number> {
  const { name, text } = await readTextFile(from, hidden(io));
  const checked = checkKeys(needed, readHas(name, text) ?? inEnvFile(await readEnv(name, text, io)));
  await io.writeOut(json ? jsonText(checked) : checkText(checked));
  return checked.some(({ state }) => state === 'missing') ? 1 : 0;
}

async function writeManifests(needed: readonly NeededKey[], options: SecretsOptions, io: Io): Promise<number> {
  const { name, text } = await readTextFile(options.from, hidden(io));
  const values = await readEnv(name, text, io);
  const missing = checkKeys(needed, inEnvFile(values)).filter(({ key, state }) => key !== null && state === 'missing');
  await io.writeError(checkText(missing));
  await io.writeOut(secretManifests(needed, values, options.namespace));
  return missing.length > 0 ? 1 : 0;
}

/** A listing of Secrets begins like no file of NAME=VALUE lines. */
function readHas(name: string, text: string): HasKey | undefined {
  if (!/^\s*(\{|apiVersion:|items:|kind:)/.test(text)) return undefined;
  const has = inListing(readSource(name, text).value?.tree);
  if (has) return has;
  throw new UsageError(`${name} is not a listing of Secrets: kubectl get secrets -o json writes one`);
}

async function readEnv(name: string, text: string, io: Io): Promise<ReadonlyMap<string, string>> {
  const { value, diagnostics } = parseSecrets(name, text);
  if (await finish(diagnostics, { format: 'text' }, hidden(io))) throw new UsageError(`cannot read ${name}`);
  return value;
}

/** Lines of the file are not kept for messages: they hold values. */
function hidden(io: Io): Io {
  return Object.create(io, { texts: { value: new Map() } }) as Io;
}
