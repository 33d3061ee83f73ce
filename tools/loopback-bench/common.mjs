// What the measurements on loopback share: sessions, servers, and figures of processes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../common.mjs';
import { TOKEN } from '../loopback.mjs';

const server = (file, env = {}) => ({ command: [process.execPath, join(ROOT, 'tools/protocol', file)], env });

/** Programs of servers by protocol. */
export const SERVERS = {
  legacy: server('ts1.mjs'),
  both: server('ts2.mjs'),
  modern: server('ts2.mjs', { MODERN_ONLY: '1' }),
};

/** A call without an answer for this long hangs. */
export const LIMIT = 90_000;

/** A session of a client at a gateway. `call` gives the text of the answer, or throws. */
export async function openSession({ url }) {
  const { Client } = await import('@modelcontextprotocol/sdk/client/index.js'); // there only after npm ci
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
  const client = new Client({ name: 'loopback-bench', version: '1' });
  const requestInit = { headers: { Authorization: `Bearer ${TOKEN}` } };
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit });
  await client.connect(transport, { timeout: LIMIT });
  return {
    async call(name, args = {}) {
      const result = await client.callTool({ name, arguments: args }, undefined, { timeout: LIMIT });
      if (result.isError) throw new Error(result.content[0]?.text);
      return result.content[0]?.text;
    },
    async close() {
      await transport.terminateSession().catch(() => undefined);
      await client.close();
    },
    /** Leaves its session open. */
    leave: () => client.close(),
  };
}

export async function timed(action) {
  const begun = performance.now();
  await action();
  return performance.now() - begun;
}

export function quantile(list, share) {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export function milliseconds(value) {
  return Number.isNaN(value) ? '–' : `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

/** Seconds of processor time that a process has had. */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Memory in MB that these processes have for themselves, and their part of what they share; 0 for those that are gone. */
export function memoryMB(pids) {
  return pids.reduce((total, pid) => total + proportional(pid), 0) / 1000;
}

function proportional(pid) {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

export function row(...cells) {
  return `| ${cells.join(' | ')} |`;
}
