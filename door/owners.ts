// Which server offers a tool, prompt or resource: the relay reports it for its servers, the configuration lists it for remote ones.

import { isObject } from '../relay/messages.ts';
import type { Log } from '../relay/log.ts';

export type Kind = 'tool' | 'prompt' | 'resource' | 'template';
type Names = { readonly [kind in Kind]: readonly string[] };

const kinds: readonly Kind[] = ['tool', 'prompt', 'resource', 'template'];
const rereadMs = 5000;
/** A name that nobody has may be new: it is asked for, but not at each call. */
const askAgainMs = 1000;
const maxLength = 16 << 20;

export class Owners {
  readonly #relay: URL | undefined;
  readonly #fixed: ReadonlyMap<string, Names>;
  readonly #log: Log;
  #servers: ReadonlyMap<string, Names>;
  #askedAt = 0;
  #asking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `tools`: by server, the tools of those that the relay does not know. */
  constructor(relay: URL | undefined, tools: { readonly [server: string]: readonly string[] }, log: Log) {
    this.#relay = relay;
    this.#log = log;
    const entries = Object.entries(tools).map(([name, tool]) => [name, { ...nothing, tool }] as const);
    this.#fixed = new Map(entries);
    this.#servers = this.#fixed;
  }

  start(): void {
    if (!this.#relay) return;
    void this.#reread();
    this.#timer = setInterval(() => void this.#reread(), rereadMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** The servers that a name may lead to; none: nobody is known to have it. */
  of(kind: Kind, name: string): readonly string[] {
    const found = [...this.#servers].filter(([, names]) => names[kind].includes(name));
    const isMade = kind === 'resource' && found.length === 0;
    const made = isMade
      ? [...this.#servers].filter(([, { template }]) => template.some((one) => fits(one, name)))
      : found;
    return made.map(([server]) => server);
  }

  /** The same, asked again if nobody is known to have it. */
  async find(kind: Kind, name: string): Promise<readonly string[]> {
    const known = this.of(kind, name);
    if (known.length > 0 || !this.#relay || Date.now() - this.#askedAt < askAgainMs) return known;
    await this.#reread();
    return this.of(kind, name);
  }

  #reread(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #ask(): Promise<void> {
    if (!this.#relay) return;
    this.#askedAt = Date.now();
    try {
      const response = await fetch(this.#relay, { signal: AbortSignal.timeout(3000), redirect: 'error' });
      const text = await response.text();
      if (!response.ok || text.length > maxLength) throw new Error(`status ${response.status}`);
      this.#servers = new Map([...readOffers(JSON.parse(text)), ...this.#fixed]);
    } catch (error) {
      this.#log.warn('the relay did not report what its servers offer', { reason: (error as Error).message });
    }
  }
}

const nothing: Names = { tool: [], prompt: [], resource: [], template: [] };

function readOffers(value: unknown): [string, Names][] {
  if (!isObject(value)) return [];
  return Object.entries(value).map(([server, offer]) => {
    const lists = kinds.map((kind) => [kind, isObject(offer) ? texts(offer[kind]) : []]);
    return [server, Object.fromEntries(lists) as Names];
  });
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** Whether a URI can be one of a template: it begins as that does before its first variable. */
function fits(template: string, uri: string): boolean {
  return uri.startsWith(template.split('{')[0] ?? '');
}
