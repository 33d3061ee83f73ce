// What a running release says of itself: the relay's /servers and /metrics, read over HTTP with bounds.

import { isRecord, text } from './json.ts';
import { parseMetrics, type Sample } from './prometheus.ts';

/** One server, as the relay sees it. */
export interface RunningServer {
  readonly name: string;
  /** `serving`, `starting`, `failed` or `unreachable`. */
  readonly state: string;
  readonly required: boolean;
  /** How many tools the gateway can have of it; undefined: the server has not said. */
  readonly tools: number | undefined;
  /** Names of tools, prompts and resources that are hidden from clients. */
  readonly hidden: readonly string[];
  /** Why it does not serve, or did not. */
  readonly reason: string | undefined;
}

export interface Running {
  readonly servers: readonly RunningServer[];
  readonly samples: readonly Sample[];
}

/** The relay cannot be asked, or answers something else. Its message is for people. */
export class RelayError extends Error {}

const maxBytes = 32 * 1024 * 1024;
const timeoutMs = 15_000;

/** Asks the relay at an address such as `http://localhost:9090`. @throws RelayError */
export async function readRelay(address: URL): Promise<Running> {
  const [servers, metrics] = await Promise.all([read(address, 'servers'), read(address, 'metrics')]);
  return { servers: parseServers(servers), samples: parseMetrics(metrics) };
}

async function read(address: URL, path: string): Promise<string> {
  const url = new URL(path, address.href.endsWith('/') ? address : `${address.href}/`);
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
    if (!response.ok || !response.body) throw new RelayError(`it answers with status ${response.status}`);
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of response.body as AsyncIterable<Uint8Array>) {
      size += part.length;
      if (size > maxBytes) throw new RelayError(`its answer is larger than ${maxBytes / 1024 / 1024} MiB`);
      parts.push(part);
    }
    return Buffer.concat(parts).toString();
  } catch (error) {
    const { message, cause } = error as Error;
    const reason = error instanceof RelayError ? message : cause instanceof Error ? cause.message : message;
    throw new RelayError(`cannot read ${url.origin}${url.pathname}: ${reason}`);
  }
}

/** @throws RelayError for what is not the relay's */
export function parseServers(json: string): RunningServer[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    value = undefined;
  }
  const list = isRecord(value) ? value['servers'] : undefined;
  if (!Array.isArray(list)) throw new RelayError('the address answers, but not as the relay does');
  return list.filter(isRecord).map((server) => {
    const failure = isRecord(server['failure']) ? server['failure'] : undefined;
    const { lastLine, look } = failure ?? {};
    const see = text(look) === '' ? '' : `; see ${text(look)}`;
    return {
      name: text(server['name']),
      state: text(server['state']),
      required: server['required'] === true,
      tools: typeof server['tools'] === 'number' ? server['tools'] : undefined,
      hidden: Array.isArray(server['hidden']) ? server['hidden'].map(text) : [],
      reason: failure && [text(failure['reason']), text(lastLine)].filter((part) => part !== '').join(': ') + see,
    };
  });
}
