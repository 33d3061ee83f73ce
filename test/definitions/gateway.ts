// An MCP server over HTTP on loopback, made with the SDK, whose tools a test can change.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

export const token = 'a-token-of-loopback';

export interface TestGateway {
  readonly url: string;
  /** What it lists now, two a page. */
  tools: { name: string; [field: string]: unknown }[];
  /** How many streams for messages of the server are open. */
  streams: number;
  close(): Promise<void>;
}

export async function startGateway(tools: TestGateway['tools'] = []): Promise<TestGateway> {
  const http = createServer(async (request, response) => {
    if (request.headers.authorization !== `Bearer ${token}`) {
      response.writeHead(401).end();
      return;
    }
    if (request.method === 'GET') {
      gateway.streams++;
      response.on('close', () => gateway.streams--);
    }
    const server = new Server({ name: 'test', version: '1' }, { capabilities: { tools: {} } });
    server.setRequestHandler(ListToolsRequestSchema, ({ params }) => {
      const start = Number(params?.cursor ?? 0);
      const page = gateway.tools.slice(start, start + 2) as never[];
      return { tools: page, ...(start + 2 < gateway.tools.length && { nextCursor: `${start + 2}` }) };
    });
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined as never });
    await server.connect(transport as Parameters<Server['connect']>[0]);
    await transport.handleRequest(request, response);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const gateway: TestGateway = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    tools,
    streams: 0,
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return gateway;
}

/** A tool with a description and a schema. */
export function tool(name: string, fields: object = {}): TestGateway['tools'][number] {
  return { name, description: `Does ${name}.`, inputSchema: { type: 'object' }, ...fields };
}
