// An MCP server for faults, on stdin and stdout, in one file without packages, as it runs in a stock image of Node.js.
//   TOOLS   names of its tools, separated by commas; absent: all
//   STUBBORN=1   it ignores SIGTERM and the end of its stdin
import { spawn } from 'node:child_process';

/** Is in all that it prints where it should not: to be looked for in the logs of others. */
const MARK = 'mark-of-the-faulty-server';
const line = Buffer.from(`${MARK} ${'x'.repeat(1000 - MARK.length - 2)}\n`);
const hoard = [];

/** Each takes its arguments, and gives a text; one that gives nothing does not answer. */
const tools = {
  echo: ({ text }) => text,
  pid: () => String(process.pid),
  sleep: ({ ms }) => new Promise((resolve) => setTimeout(resolve, ms, 'slept')),
  hang: () => undefined,
  spin: () => {
    for (;;);
  },
  crash: () => process.exit(3),
  big: ({ bytes }) => 'x'.repeat(bytes),
  garbage: ({ bytes }) => print(process.stdout, bytes),
  stderr: ({ bytes }) => print(process.stderr, bytes),
  fork: ({ count }) => {
    // In sessions of their own, so that they outlive this process.
    for (let n = 0; n < count; n++)
      spawn(process.execPath, ['-e', 'setTimeout(() => {}, 120000)'], { detached: true, stdio: 'ignore' }).unref();
    return 'forked';
  },
  eat: () => {
    for (;;) hoard.push(Buffer.alloc(16 << 20, 1));
  },
};
const names = process.env.TOOLS?.split(',') ?? Object.keys(tools);

if (process.env.STUBBORN === '1') {
  process.on('SIGTERM', () => {});
  setInterval(() => {}, 60_000);
} else process.stdin.on('end', () => process.exit(0));

/** As fast as the other end reads. */
async function print(stream, bytes) {
  for (let written = 0; written < bytes; written += line.length)
    if (!stream.write(line)) await new Promise((resolve) => stream.once('drain', resolve));
  return 'printed';
}

async function answer({ method, params }) {
  if (method === 'initialize') {
    const serverInfo = { name: 'faulty', version: '1' };
    return { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo };
  }
  if (method === 'tools/list') return { tools: names.map((name) => ({ name, inputSchema: { type: 'object' } })) };
  if (method !== 'tools/call') return {};
  const text = await tools[params.name](params.arguments ?? {});
  return text === undefined ? new Promise(() => {}) : { content: [{ type: 'text', text }] };
}

let rest = '';
process.stdin.on('data', async (chunk) => {
  const lines = `${rest}${chunk}`.split('\n');
  rest = lines.pop();
  for (const message of lines.filter(Boolean).map((text) => JSON.parse(text))) {
    if (message.id === undefined || !message.method) continue;
    void answer(message).then((result) =>
      process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: message.id, result })}\n`),
    );
  }
});
