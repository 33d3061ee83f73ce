// Reaches the gateway as a user's MCP client does: through `kubectl port-forward` to its Service, with the bearer token.
import { spawn } from 'node:child_process';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

export interface Forward {
  url: string;
  close(): Promise<void>;
}

/** Forwards a free local port to `service/NAME`, or `pod/NAME`, until it is closed. */
export async function forward(namespace: string, target: string, port: number): Promise<Forward> {
  const child = spawn('kubectl', ['port-forward', '--namespace', namespace, target, `:${port}`]);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const close = async () => {
    child.kill();
    await ended;
  };
  try {
    const localPort = await new Promise<string>((resolve, reject) => {
      let output = '';
      const read = (chunk: Buffer) => {
        output += chunk;
        const found = /Forwarding from 127\.0\.0\.1:(\d+)/.exec(output)?.[1];
        if (found) resolve(found);
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`kubectl port-forward ended: ${output}`)));
      setTimeout(() => reject(new Error(`kubectl port-forward gave no port in 20 s: ${output}`)), 20_000).unref();
    });
    return { url: `http://localhost:${localPort}`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens an MCP session. */
export async function connect(
  url: string,
  token: string,
  client = new Client({ name: 'mcpgen-e2e', version: '1' }),
  seconds = 60,
): Promise<Client> {
  const requestInit = { headers: { Authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', url), { requestInit }), {
    timeout: seconds * 1000,
  });
  return client;
}

/** Calls a tool and gives the text of its answer; an answer that is an error is thrown. */
export async function call(
  client: Client,
  name: string,
  args: Record<string, unknown> = {},
  seconds = 30,
): Promise<string> {
  const result = await client.callTool({ name, arguments: args }, undefined, { timeout: seconds * 1000 });
  const parts = result.content as { type: string; text?: string }[];
  const text = parts.map((part) => part.text ?? '').join('\n');
  if (result.isError) throw new Error(`${name}: ${text}`);
  return text;
}

/** The status that the gateway answers a request to open a session with. */
export async function statusOf(url: string, headers: Record<string, string>): Promise<number> {
  const body = {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'mcpgen-e2e', version: '1' } },
  };
  const response = await fetch(new URL('/mcp', url), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
  await response.body?.cancel();
  return response.status;
}
