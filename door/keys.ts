// Keys for machines: a folder with a file per key, as a mounted Secret has, which is read again while the door runs.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, Reader } from '../relay/config-reader.ts';
import type { Log } from '../relay/log.ts';
import type { Caller } from './caller.ts';

export interface Key {
  readonly name: string;
  /** SHA-256 of the key, in hexadecimal. */
  readonly hash: string;
  readonly groups: readonly string[];
  /** Milliseconds since 1970; undefined: no end. */
  readonly expires: number | undefined;
}

/** A Secret has at most 1 MiB. */
const maxLength = 1 << 20;
/** A key that can be remembered can be guessed: generate it with `openssl rand -hex 32`. */
const minKeyLength = 32;
const rereadMs = 5000;

/** Reads `{"sha256": "…", "groups": ["…"], "expires": "2027-01-31"}`; throws a ConfigError. */
export function readKey(name: string, text: string): Key {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ConfigError(`key ${name} is not valid JSON`);
  }
  const reader = new Reader(value, `key ${name}`);
  const unknown = reader.names().find((field) => !['sha256', 'groups', 'expires'].includes(field));
  if (unknown !== undefined) throw new ConfigError(`key ${name} has an unknown field ${unknown}`);
  const hash = reader.text('sha256')?.toLowerCase() ?? '';
  if (!/^[0-9a-f]{64}$/.test(hash)) throw new ConfigError(`key ${name}: sha256 must be 64 hexadecimal digits`);
  const end = reader.text('expires');
  const expires = end === undefined ? undefined : Date.parse(end);
  if (Number.isNaN(expires)) throw new ConfigError(`key ${name}: expires must be a date, such as 2027-01-31`);
  return { name, hash, groups: reader.texts('groups') ?? [], expires };
}

export class Keys {
  readonly #folder: string | undefined;
  readonly #log: Log;
  #byHash: ReadonlyMap<string, Key> = new Map();
  #seen = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(folder: string | undefined, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  start(): void {
    if (this.#folder === undefined) return;
    this.reread();
    this.#timer = setInterval(() => this.reread(), rereadMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Takes what is in the folder now. A key that cannot be read is logged, and opens nothing. */
  reread(): void {
    const files = this.#files();
    const seen = JSON.stringify(files);
    if (seen === this.#seen) return;
    this.#seen = seen;
    const keys = files.flatMap(([name, text]) => this.#read(name, text));
    this.#byHash = new Map(keys.map((key) => [key.hash, key]));
    this.#log.info('loaded the keys', { keys: keys.length });
  }

  /** The caller that a key belongs to; undefined: the key is unknown or expired. */
  find(token: string, now = Date.now()): Caller | undefined {
    if (this.#byHash.size === 0 || token.length < minKeyLength) return undefined;
    const key = this.#byHash.get(createHash('sha256').update(token).digest('hex'));
    if (!key || (key.expires !== undefined && now >= key.expires)) return undefined;
    const user = `key:${key.name}`;
    return { user, groups: key.groups, client: '', identity: user, expires: key.expires };
  }

  #files(): (readonly [name: string, text: string])[] {
    const folder = this.#folder ?? '';
    try {
      // Names that begin with a dot are Kubernetes' own.
      const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
      return names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8').slice(0, maxLength)] as const);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // The Secret is optional, so that its absence keeps nobody else out.
      if (code !== 'ENOENT') this.#log.error('the keys could not be read', { code });
      return [];
    }
  }

  #read(name: string, text: string): Key[] {
    try {
      return [readKey(name, text)];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.#log.error(`${error.message}; the key is ignored`);
      return [];
    }
  }
}
