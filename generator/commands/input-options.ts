// The options of what a deployment is compiled from: those of every command that looks at one.

import type { Command } from 'commander';
import type { SecretKey } from '../workload/model.ts';
import { type Feature, features } from '../workload/run-as/choose-user.ts';
import { type VolumeRule, volumeRuleForms } from '../workload/volume-rules.ts';
import { groups } from './help.ts';
import {
  addLoadOptions,
  addLockOption,
  collect,
  collectAmong,
  collectNames,
  collectPlain,
  collectSecret,
  collectVolumeRule,
  type LoadOptions,
  type LockFileOptions,
  once,
  type ReportOptions,
} from './options.ts';
import type { RegistryAccessOptions } from './registry-options.ts';

/** All that decides about a deployment, but for how registries are reached. */
export interface InputOptions extends LoadOptions, LockFileOptions, Pick<RegistryAccessOptions, 'registryMap'> {
  readonly skipUnsupported?: boolean;
  readonly entrypoints: readonly string[];
  readonly secret: ReadonlyMap<string, SecretKey>;
  readonly secretsFile?: string;
  readonly allowPlain: readonly string[];
  readonly volume: readonly VolumeRule[];
  readonly allowRoot: readonly string[];
  readonly internal: readonly string[];
  readonly features: readonly Feature[];
}

/** Those of compiling itself. */
export interface CompileOptions extends InputOptions, ReportOptions, RegistryAccessOptions {
  readonly resolve?: boolean;
  readonly output?: string;
}

/** What the argument of a command that compiles is called, and what it may be. */
export const catalogsArgument = [
  '<catalogs...>',
  'catalog files or docker://IMAGE; - is standard input; the last one wins',
] as const;

/** The options of a deployment. Those of `--registry-map` come with the options of registries. */
export function addInputOptions(command: Command): Command {
  addLoadOptions(command).option('--skip-unsupported', 'leave out servers that cannot work in a cluster');
  return addLockOption(command)
    .option('--entrypoints <file>', 'entrypoints by server or image, to do without a lock (repeatable)', collect, [])
    .optionsGroup(groups.secrets)
    .option('--secret <mapping>', 'read a secret from here: NAME=SECRET/KEY (repeatable)', collectSecret, new Map())
    .option('--secrets-file <file>', "the gateway's secrets file, to check that it has every secret", once)
    .option(
      '--allow-plain <server.name>',
      'write this variable, header, flag or property even though it looks like a credential (repeatable)',
      collectPlain,
      [],
    )
    .option('--volume <rule>', `replace a volume: ${volumeRuleForms} (repeatable)`, collectVolumeRule, [])
    .optionsGroup(groups.cluster)
    .option(
      '--internal <names>',
      'remote servers of your own network, with plain http or a private address, separated by commas: the relay calls them (repeatable)',
      collectNames,
      [],
    )
    .option(
      '--features <names>',
      `what the cluster supports: ${features.join(', ')}, separated by commas (repeatable)`,
      collectAmong(features),
      [],
    )
    .option(
      '--allow-root <server>',
      'run this server as root if no other user can run its image (repeatable)',
      collect,
      [],
    );
}
