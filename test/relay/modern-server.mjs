// A real MCP server of both eras, or with ERA=modern of protocol 2026-07-28 only. A connection is of the era of its first request.
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

const text = (value) => ({ content: [{ type: 'text', text: String(value) }] });

serveStdio(
  () => {
    const server = new McpServer({ name: 'test', version: '1' }, { capabilities: { tools: { listChanged: true } } });
    server.registerTool('pid', {}, () => text(process.pid));
    server.registerTool('silent', {}, () => new Promise(() => {}));
    server.registerTool('grow', {}, () => {
      server.registerTool('grown', {}, () => text('grown'));
      return text('done');
    });
    return server;
  },
  process.env.ERA === 'modern' ? { legacy: 'reject' } : {},
);
