// The options that commands share. Every command loads this file: it imports only what declares them.

import { existsSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ReportFormat, reportFormats } from '../report-format.ts';
import { lockFileName } from '../image/lock-file-name.ts';
import { findNearest } from '../suggest.ts';
import { isDataKey, isObjectName } from '../kubernetes/names.ts';
import type { SecretKey } from '../workload/model.ts';
import { parseVolumeRule, type VolumeRule, volumeRuleForms } from '../workload/volume-rules.ts';
import { groups } from './help.ts';

/** Which of Docker's files to read. */
export interface LoadOptions {
  readonly config: readonly string[];
  readonly registry: readonly string[];
  readonly toolsConfig: readonly string[];
  readonly servers?: readonly string[];
  readonly exclude: readonly string[];
  readonly overlay?: string;
}

/** Where the lock file is. */
export interface LockFileOptions {
  readonly lock?: string;
}

export interface ReportOptions {
  readonly strict?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly format: ReportFormat;
}

export function addLoadOptions(command: Command): Command {
  return command
    .optionsGroup(groups.inputs)
    .option('-c, --config <file>', "the gateway's config.yaml: settings of the servers (repeatable)", collect, [])
    .option('--registry <file>', "the gateway's registry.yaml: the enabled servers (repeatable)", collect, [])
    .option('--tools-config <file>', "the gateway's tools.yaml: the enabled tools (repeatable)", collect, [])
    .option('--overlay <file>', 'changes to the values, with servers by their catalog names', once)
    .optionsGroup(groups.servers)
    .option('--servers <names>', 'use only these servers, separated by commas (repeatable)', collectNames)
    .option('--exclude <names>', 'leave out these servers, separated by commas (repeatable)', collectNames, []);
}

export function addLockOption(command: Command): Command {
  return command
    .optionsGroup(groups.images)
    .option('--lock <file>', `the lock file (default: ${lockFileName} next to the first catalog)`, once);
}

export function addReportOptions(command: Command): Command {
  return command
    .optionsGroup(groups.output)
    .option('--strict', 'treat warnings as errors')
    .option('-q, --quiet', 'print no notes')
    .option('-v, --verbose', 'print every diagnostic, not one for each kind')
    .addOption(
      new Option('--format <format>', 'format of the diagnostics on standard error')
        .choices(reportFormats)
        .default('text'),
    );
}

/** For options that may be given more than once. */
export function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

/** Names separated by commas, of an option that may be given more than once. */
export function collectNames(text: string, previous: readonly string[] = []): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  return [...previous, ...names.filter((name) => name !== '')];
}

/** Names separated by commas that are among those known, of an option that may be given more than once. */
export function collectAmong<T extends string>(
  known: readonly T[],
): (text: string, previous: readonly T[]) => readonly T[] {
  return (text, previous) => {
    const names = collectNames(text);
    const unknown = names.find((name) => !known.some((one) => one === name));
    if (unknown !== undefined)
      throw new InvalidArgumentError(`\n${unknown} is invalid; choose from ${known.join(', ')}.`);
    return [...previous, ...(names as T[])];
  };
}

/** For options that name one file: of two, one would be ignored. */
export function once(text: string, previous: string | undefined): string {
  if (previous !== undefined) throw new InvalidArgumentError('\nIt can be given only once.');
  return text;
}

export function collectPlain(text: string, previous: readonly string[]): readonly string[] {
  if (!/^[^.]+\.[^]+$/.test(text))
    throw new InvalidArgumentError('\nIt has the form SERVER.NAME, e.g. search.LOG_KEY.');
  return [...previous, text];
}

export function collectVolumeRule(text: string, previous: readonly VolumeRule[]): readonly VolumeRule[] {
  const rule = parseVolumeRule(text);
  if (!rule) throw new InvalidArgumentError(`\nIt has the form ${volumeRuleForms}.`);
  return [...previous, rule];
}

export function collectSecret(text: string, previous: ReadonlyMap<string, SecretKey>): ReadonlyMap<string, SecretKey> {
  const [, secret, name = '', key = ''] = /^([^=]+)=([^/]*)\/(.*)$/s.exec(text) ?? [];
  if (secret === undefined || !isObjectName(name) || !isDataKey(key))
    throw new InvalidArgumentError('\nIt has the form NAME=SECRET/KEY, e.g. brave.api_key=search-keys/brave.');
  if (previous.has(secret)) throw new InvalidArgumentError(`\nThe secret ${secret} is mapped already.`);
  return new Map([...previous, [secret, { name, key }]]);
}

/** The command that a first argument may stand for: it is not a file, has no ending, and is nearly a command's name. */
export function meantCommand([first = '']: readonly string[], commands: readonly string[]): string | undefined {
  return /^[a-z]+$/i.test(first) && !existsSync(first) ? findNearest(first, commands) : undefined;
}
