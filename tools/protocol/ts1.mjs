// A server of the TypeScript SDK 1; with TOUCHY, it ends at any request before `initialize`, as servers on Rust's SDK do.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

const server = new McpServer({ name: 'ts1', version: '1' });
server.registerTool(process.env.TOOL ?? 'pid', {}, () => ({ content: [{ type: 'text', text: String(process.pid) }] }));
if (process.env.TOUCHY)
  process.stdin.once('data', (data) => void (String(data).includes('"initialize"') || process.exit(1)));
await server.connect(new StdioServerTransport());
