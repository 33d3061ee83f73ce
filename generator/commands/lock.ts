// `mcpgen lock CATALOG...`: looks into the images of the servers once, and writes down what is needed to compile offline.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { usageTexts } from '../diagnostics/table/usage.ts';
import { type Diagnostic, hasErrors, leniently, sortDiagnostics } from '../diagnostics.ts';
import { resolveImage } from '../image/inspect.ts';
import { formatLock, type Lock, readLock } from '../image/lock.ts';
import { lockFileName } from '../image/lock-file-name.ts';
import { locate, lockImages } from '../image/lock-images.ts';
import { RegistryClient } from '../registry/client.ts';
import { RegistryError } from '../registry/error.ts';
import { imageArgument, selfDescribedCatalog } from '../image/self-described.ts';
import { defaultImages, wantedImages } from '../deployment/wanted.ts';
import type { Loaded, TextFile } from '../load.ts';
import { select, type SelectInput } from '../prepare.ts';
import { readSource } from '../source.ts';
import { addHelp, groups } from './help.ts';
import { type Io, readTextFile, UsageError, writeTextFile } from './io.ts';
import { finish } from './finish.ts';
import { readLoadInput } from './inputs.ts';
import { describeOutcomes, summarize } from './lock-outcomes.ts';
import { addLoadOptions, addReportOptions, type LoadOptions, once, type ReportOptions } from './options.ts';
import { ProgressLine } from './progress.ts';
import { registryOptions } from './registry-access.ts';
import { addRegistryOptions, type RegistryAccessOptions } from './registry-options.ts';

interface LockOptions extends LoadOptions, ReportOptions, RegistryAccessOptions {
  readonly output?: string;
  readonly check?: boolean;
  readonly gatewayImage: string;
  readonly relayImage: string;
  readonly platform: string;
  readonly parallel: number;
}

export function lockCommand(command: Command, io: Io, exit: (status: number) => void): Command {
  addLoadOptions(
    command.argument('<catalogs...>', 'catalog files or docker://IMAGE; - is standard input; the last one wins'),
  )
    .optionsGroup(groups.images)
    .option('--gateway-image <image>', 'image of the gateway', defaultImages.gateway)
    .option('--relay-image <image>', 'image of the relay; an empty string leaves it out', defaultImages.relay)
    .option('--platform <platform>', 'platform of the nodes', collectPlatform, 'linux/amd64');
  addRegistryOptions(command)
    .option('--parallel <number>', 'images to read at the same time', collectNumber, 4)
    .optionsGroup(groups.output)
    .option(
      '-o, --output <file>',
      `write the lock to this file, or to standard output (-) (default: ${lockFileName} next to the first catalog)`,
      once,
    )
    .option('--check', 'write nothing, and exit with status 1 if the lock is stale');
  return addHelp(addReportOptions(command), lockExamples).action(async (catalogs: string[], options: LockOptions) => {
    exit(await runLock(catalogs, options, io));
  });
}

const lockExamples = ['mcpgen lock catalog.yaml --config config.yaml', 'mcpgen lock catalog.yaml --check'];

async function runLock(catalogs: string[], options: LockOptions, io: Io): Promise<number> {
  const loaded = select(await readInput(catalogs, options, io));
  if (hasErrors(loaded.diagnostics)) {
    await finish(loaded.diagnostics, options, io);
    return 1;
  }
  const [first = ''] = catalogs;
  const folder = imageArgument(first) === undefined ? dirname(first) : '.';
  const name = options.output ?? join(folder, lockFileName);
  const present = await readPresentLock(name, io);
  const locked = await makeLock(loaded.value.loaded, present.value, options, io);
  const diagnostics = sortDiagnostics([...loaded.diagnostics, ...present.diagnostics, ...locked.diagnostics]);
  const failed = await finish([...diagnostics, ...locked.summary(name)], options, io);
  // What could be read is kept, whatever became of the others.
  const isWorthIt = locked.isUnreadable ? locked.lock.images.size > 0 : !failed;
  if (!options.check && isWorthIt) await writeTextFile(name, formatLock(locked.lock), io);
  if (locked.bug !== undefined) throw locked.bug;
  if (locked.isUnreadable) return 2;
  return failed ? 1 : 0;
}

/** What reading catalogs needs, those in registries among them. */
export type InputOptions = LoadOptions & RegistryAccessOptions & Pick<LockOptions, 'platform'>;

/** Catalogs as the compiler takes them; `docker://IMAGE` is one whose image describes itself. */
export async function readInput(catalogs: readonly string[], options: InputOptions, io: Io): Promise<SelectInput> {
  const files = catalogs.filter((name) => imageArgument(name) === undefined);
  const input = await readLoadInput(files, options, io);
  if (files.length === catalogs.length) return input;
  const client = new RegistryClient(await registryOptions(options, io));
  const own = client.until(AbortSignal.timeout(options.timeout * 60_000));
  try {
    const read = async (name: string): Promise<TextFile> => {
      const image = imageArgument(name);
      if (image === undefined) return input.catalogs[files.indexOf(name)] ?? { name, text: '' };
      return { name, text: await readSelfDescribed(own, image, options) };
    };
    return { ...input, catalogs: await Promise.all(catalogs.map(read)) };
  } finally {
    client.close();
  }
}

async function readSelfDescribed(
  client: RegistryClient,
  image: string,
  { registryMap, platform }: InputOptions,
): Promise<string> {
  try {
    const { config } = await resolveImage(client, locate(image, registryMap), platform);
    if (config.metadata !== undefined) return selfDescribedCatalog(image, config.metadata);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    throw new UsageError(usageTexts.image({ image, problem: error.message }));
  }
  throw new UsageError(usageTexts.notSelfDescribed({ image }));
}

/** The existing lock. One that cannot be read is replaced: everything in it can be read again. */
async function readPresentLock(
  name: string,
  io: Io,
): Promise<{ value: Lock | undefined; diagnostics: readonly Diagnostic[] }> {
  if (name === '-' || !existsSync(name)) return { value: undefined, diagnostics: [] };
  // It is there to be replaced, and so no input that must stay.
  const file = await readTextFile(name, { stdin: io.stdin });
  const source = readSource(file.name, file.text);
  const lock = source.value ? readLock(source.value) : { value: undefined, diagnostics: source.diagnostics };
  return { value: lock.value, diagnostics: leniently(lock.diagnostics) };
}

/** A lock for the servers of a catalog, and what there is to say of it. */
export interface Locked {
  readonly lock: Lock;
  readonly diagnostics: readonly Diagnostic[];
  /** An image could not be read: the lock has what it had of it before, if anything. */
  readonly isUnreadable: boolean;
  /** A mistake of mcpgen's own that cost an image. */
  readonly bug?: unknown;
  /** The last line: how much was done. */
  readonly summary: (name: string) => Diagnostic[];
}

export type MakeLockOptions = RegistryAccessOptions &
  Pick<LockOptions, 'check' | 'gatewayImage' | 'relayImage' | 'platform' | 'parallel' | 'quiet'>;

/** Reads what the present lock does not have, or has no longer right, from the registries. */
export async function makeLock(
  loaded: Loaded,
  present: Lock | undefined,
  options: MakeLockOptions,
  io: Io,
): Promise<Locked> {
  const { gatewayImage, relayImage, platform, registryMap: registryMaps, parallel, check: checkOnly = false } = options;
  const progress = new ProgressLine(options.quiet ?? false);
  const client = new RegistryClient({
    ...(await registryOptions(options, io)),
    onBytes: (bytes) => progress.addBytes(bytes),
  });
  const wanted = wantedImages(loaded, { gateway: gatewayImage, relay: relayImage });
  const images: Lock['images'] = present && present.platform === platform ? present.images : new Map();
  try {
    const onProgress = (done: number): void => progress.show(done, wanted.length);
    const outcomes = await lockImages(client, {
      wanted,
      present: images,
      platform,
      registryMaps,
      parallel,
      checkOnly,
      time: options.timeout * 60_000,
      onProgress,
    });
    const facts = [...outcomes].flatMap(([name, outcome]) => {
      const known = 'facts' in outcome ? outcome.facts : images.get(name);
      return known ? [[name, known] as const] : [];
    });
    const unused = [...images.keys()].filter((name) => !outcomes.has(name));
    return {
      lock: {
        platform,
        gateway: gatewayImage,
        ...(outcomes.has(relayImage) && { relay: relayImage }),
        images: new Map(facts),
        tools: present?.tools ?? new Map(),
      },
      diagnostics: describeOutcomes(outcomes, unused, loaded, {
        hadLock: present !== undefined,
        checkOnly,
        registryMaps,
      }),
      isUnreadable: [...outcomes.values()].some(({ kind }) => kind === 'failed'),
      bug: [...outcomes.values()].flatMap((outcome) => (outcome.kind === 'failed' && outcome.bug) || [])[0],
      summary: (name) => summarize(name, outcomes, unused, progress.bytes),
    };
  } finally {
    progress.clear();
    client.close();
  }
}

function collectPlatform(text: string): string {
  if (!/^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9]+)?$/.test(text)) {
    throw new InvalidArgumentError('\nIt has the form OS/ARCHITECTURE[/VARIANT], e.g. linux/arm64.');
  }
  return text;
}

function collectNumber(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('\nIt is a number from 1 to 99.');
  return Number(text);
}
