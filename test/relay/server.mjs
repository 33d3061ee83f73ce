// A real MCP server on stdin and stdout, whose tools do what the tests need.
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const server = new Server(
  { name: 'test', version: '1' },
  { capabilities: { tools: { listChanged: true }, logging: {} } },
);
const text = (value) => ({ content: [{ type: 'text', text: String(value) }] });
let aborted = 0;
/** Tools that came after the start. */
const grown = [];

const tools = {
  pid: () => text(process.pid),
  echo: ({ text: value }) => text(value),
  big: ({ bytes }) => text('x'.repeat(bytes)),
  length: ({ text: value }) => text(value.length),
  exit: () => process.exit(3),
  half: ({ length }) =>
    new Promise(() => process.stdout.write(`{"jsonrpc":"2.0","id":1,"result":"${'x'.repeat(length)}`)),
  number: ({ digits }) =>
    new Promise(() => process.stdout.write(`{"jsonrpc":"2.0","id":1,"result":${'7'.repeat(digits)}`)),
  silent: () => new Promise(() => {}),
  garbage: () => {
    process.stdout.write('this line is no JSON\n');
    return text('written');
  },
  async progress({ steps }, { sendNotification, progressToken }) {
    for (let progress = 1; progress <= steps; progress++) {
      await sendNotification({ method: 'notifications/progress', params: { progressToken, progress, total: steps } });
    }
    return text('done');
  },
  async sample() {
    const params = { messages: [{ role: 'user', content: { type: 'text', text: 'hi' } }], maxTokens: 5 };
    return text((await server.createMessage(params)).content.text);
  },
  async elicit() {
    const requestedSchema = { type: 'object', properties: { name: { type: 'string' } } };
    return text(JSON.stringify(await server.elicitInput({ message: 'who?', requestedSchema })));
  },
  async roots() {
    return text((await server.listRoots()).roots.map(({ uri }) => uri).join());
  },
  async log() {
    await server.sendLoggingMessage({ level: 'info', data: 'logged' });
    return text('done');
  },
  wait: (_, { signal }) =>
    new Promise((resolve) => {
      const end = () => resolve(text(++aborted));
      if (signal.aborted) end();
      else signal.addEventListener('abort', end);
    }),
  aborted: () => text(aborted),
  async grow() {
    grown.push('grown');
    await server.sendToolListChanged();
    return text('grown');
  },
  async shout() {
    await server.sendToolListChanged();
    return text('nothing has changed');
  },
};

server.setRequestHandler(ListToolsRequestSchema, () => ({
  // Others in a later version of the server.
  tools: [...(process.env.SERVER_ONLY?.split(',') ?? Object.keys(tools)), ...grown].map((name) => ({
    name,
    description: process.env.SERVER_DESCRIPTION,
    inputSchema: { type: 'object' },
  })),
}));
server.setRequestHandler(CallToolRequestSchema, ({ params }, extra) => {
  const progressToken = params._meta?.progressToken;
  return tools[params.name](params.arguments ?? {}, { ...extra, progressToken });
});
// What a server may do as soon as there is a client: nothing of it must be lost.
server.oninitialized = () => void server.sendLoggingMessage({ level: 'info', data: 'initialized' });

// The SDK's own transport has a limit of 10 MB, and takes time that grows with the square of a message's length.
const transport = {
  async start() {
    let parts = [];
    process.stdin.on('data', (chunk) => {
      parts.push(chunk);
      if (!chunk.includes('\n')) return;
      const lines = Buffer.concat(parts).toString().split('\n');
      parts = [Buffer.from(lines.pop())];
      for (const line of lines) transport.onmessage(JSON.parse(line));
    });
    process.stdin.on('end', () => process.exit(0));
  },
  send: (message) => new Promise((resolve) => process.stdout.write(`${JSON.stringify(message)}\n`, resolve)),
  async close() {},
};
await server.connect(transport);
