// The options of commands that name images or read registries.

import { type Command, InvalidArgumentError } from 'commander';
import { parseRegistryMap, type RegistryMap } from '../registry/reference.ts';
import { groups } from './help.ts';
import { collect, once } from './options.ts';

/** How to reach registries. */
export interface RegistryAccessOptions {
  readonly registryMap: readonly RegistryMap[];
  readonly caFile?: string;
  readonly plainHttp: readonly string[];
  readonly sameHostAuth?: boolean;
  /** Minutes. */
  readonly timeout: number;
}

export function addRegistryMapOption(command: Command): Command {
  return command
    .optionsGroup(groups.images)
    .option(
      '--registry-map <from=to>',
      'pull images from a mirror, e.g. docker.io=mirror.example/dockerhub (repeatable)',
      collectRegistryMap,
      [],
    );
}

export function addRegistryOptions(command: Command): Command {
  return addRegistryMapOption(command)
    .optionsGroup(groups.registries)
    .option('--ca-file <file>', 'trust these certificates (PEM) as well', once)
    .option('--plain-http <host>', 'use HTTP for this registry; localhost needs no option (repeatable)', collect, [])
    .option('--same-host-auth', "send a login to the registry's own host only, even if it names another")
    .option('--timeout <minutes>', 'limit for reading all images; one image may take half', collectMinutes, 60);
}

function collectMinutes(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('\nIt is a number of minutes from 1 to 9999.');
  return Number(text);
}

function collectRegistryMap(text: string, previous: readonly RegistryMap[]): readonly RegistryMap[] {
  const map = parseRegistryMap(text);
  if (!map) throw new InvalidArgumentError('\nIt has the form FROM=TO, e.g. docker.io=mirror.example/dockerhub.');
  return [...previous, map];
}
