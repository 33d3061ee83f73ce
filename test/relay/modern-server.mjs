// A real MCP server of both eras, or with ERA=modern of protocol 2026-07-28 only. A connection is of the era of its first request.
import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

const text = (value) => ({ content: [{ type: 'text', text: String(value) }] });

/** Calls of `wait` by their key, which `free` ends. */
const waiting = new Map();
let cancelled = 0;
const inputSchema = fromJsonSchema({ type: 'object' });

serveStdio(
  () => {
    const server = new McpServer(
      { name: 'test', version: '1' },
      { capabilities: { logging: {}, tools: { listChanged: true } } },
    );
    server.registerTool('pid', {}, () => text(process.pid));
    server.registerTool('silent', {}, () => new Promise(() => {}));
    server.registerTool('wait', { inputSchema }, async ({ key, report }, { mcpReq }) => {
      mcpReq.signal.addEventListener('abort', () => cancelled++);
      const { progressToken } = mcpReq._meta ?? {};
      if (progressToken !== undefined)
        await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress: 1, message: key } });
      if (report) await mcpReq.log('info', `from ${key}`);
      return text(await new Promise((resolve) => waiting.set(key, resolve)));
    });
    server.registerTool('waiting', {}, () => text([...waiting.keys()].toSorted().join()));
    server.registerTool('free', { inputSchema }, ({ key }) => text(waiting.get(key)?.(`freed ${key}`)));
    server.registerTool('cancelled', {}, () => text(cancelled));
    server.registerTool('long', { inputSchema }, ({ length }) => text('x'.repeat(length)));
    server.registerTool('length', { inputSchema }, ({ message }) => text(message.length));
    // In each process by another name, as a change that leaves the lists as they were is not passed on.
    server.registerTool('grow', {}, () => {
      server.registerTool(`grown-${process.pid}`, {}, () => text('grown'));
      return text('done');
    });
    return server;
  },
  process.env.ERA === 'modern' ? { legacy: 'reject' } : {},
);
