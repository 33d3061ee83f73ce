// A client of the TypeScript SDK: it lists and calls, waits for a line, and calls again. `client.mjs SDK URL TOKEN`; SDK is 1, or 2 with a mode.
import { once } from 'node:events';

const [sdk, url, token] = process.argv.slice(2);
const [version, mode] = sdk.split(':');
const { Client } = await import(
  version === '1' ? '@modelcontextprotocol/sdk/client/index.js' : '@modelcontextprotocol/client'
);
const { StreamableHTTPClientTransport } = await import(
  version === '1' ? '@modelcontextprotocol/sdk/client/streamableHttp.js' : '@modelcontextprotocol/client'
);
const versionNegotiation = { legacy: undefined, auto: { mode: 'auto' }, pinned: { mode: { pin: '2026-07-28' } } }[mode];
const client = new Client({ name: 'matrix', version: '1' }, versionNegotiation ? { versionNegotiation } : {});
const requestInit = { headers: { Authorization: `Bearer ${token}` } };
const call = () =>
  client.callTool({ name: 'pid', arguments: {} }).then(
    ({ isError }) => isError !== true,
    () => false,
  );

try {
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  const { tools } = await client.listTools();
  const begun = performance.now();
  const called = await call();
  console.log(JSON.stringify({ tools: tools.length > 0, called, first: Math.round(performance.now() - begun) }));
  await once(process.stdin, 'data');
  console.log(JSON.stringify({ again: (await call()) || (await call()) }));
} catch (error) {
  console.log(JSON.stringify({ problem: error.message }));
}
process.exit();
