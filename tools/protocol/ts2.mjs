// A server of the TypeScript SDK 2, of both eras of the protocol; with MODERN_ONLY, of 2026-07-28 only.
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

const create = () => {
  const server = new McpServer({ name: 'ts2', version: '1' });
  server.registerTool(process.env.TOOL ?? 'pid', {}, () => ({
    content: [{ type: 'text', text: String(process.pid) }],
  }));
  return server;
};
serveStdio(create, process.env.MODERN_ONLY ? { legacy: 'reject' } : {});
