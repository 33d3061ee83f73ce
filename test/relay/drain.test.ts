// Before the gateway or the relay goes, the calls that are out are answered; what comes later holds nothing up.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundle } from '../../tools/bundle.mjs';
import { Bridge } from './bridge.ts';
import { freePort, Gateway, openGateway, type RunningRelay, startBridged, stopsAfterEach, until } from './harness.ts';

const stops = stopsAfterEach();

/** A call that is out until the client answers what its server asks. */
async function callOut(gateway: Gateway): Promise<{ answer: Promise<string>; finish(): void }> {
  const answer = gateway.call('sample');
  const { id } = await gateway.receive(({ method }) => method === 'sampling/createMessage');
  const result = { role: 'assistant', model: 'm', content: { type: 'text', text: 'said' } };
  return { answer, finish: () => gateway.send({ id, result }) };
}

async function setUp(): Promise<{ relay: RunningRelay; gateway: Gateway }> {
  const { relay } = await startBridged(stops);
  const gateway = openGateway(stops, relay);
  await gateway.initialize();
  return { relay, gateway };
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => resolve(true));
    socket.on('error', () => resolve(false));
    stops.push(() => socket.destroy());
  });

test('the relay waits for the calls that are out, and takes no new sessions', async () => {
  const { relay, gateway } = await setUp();
  const { answer, finish } = await callOut(gateway);
  let isOver = false;
  const drain = relay.relay.drain(60_000).then(() => (isOver = true));
  await until(async () => !(await accepts(relay.port())));
  // A later call is answered, and not waited for.
  expect(await gateway.call('echo', { text: 'hello' })).toBe('hello');
  void gateway.call('silent').catch(() => undefined);
  expect(isOver).toBe(false);
  finish();
  expect(await answer).toBe('said');
  await drain;
});

test('it waits no longer than it may', async () => {
  const { relay, gateway } = await setUp();
  await callOut(gateway);
  await relay.relay.drain(100);
});

test.each(['//', 'http://[', '*'])('a request for %s is answered like any other that is not there', async (path) => {
  const { relay } = await setUp();
  const asked = request({ host: '127.0.0.1', port: relay.relay.admin.port, path }).end();
  const [response] = (await once(asked, 'response')) as [{ statusCode: number; resume(): void }];
  response.resume();
  expect(response.statusCode).toBe(404);
  expect((await relay.get('/healthz')).status).toBe(200);
});

test('/drain answers when the calls that are out have been answered', async () => {
  const { relay, gateway } = await setUp();
  expect(await relay.get('/drain?seconds=60')).toEqual({ status: 200, text: 'ok\n' });
  const { answer, finish } = await callOut(gateway);
  expect(await relay.get('/drain?seconds=0.1')).toEqual({ status: 503, text: 'calls without an answer: 1\n' });
  const drain = relay.get('/drain?seconds=60');
  finish();
  expect(await answer).toBe('said');
  expect((await drain).status).toBe(200);
});

test('the program ends at SIGTERM when the call that is out has been answered, and at once at a second one', async () => {
  const bridge = await Bridge.start();
  stops.push(() => bridge.stop());
  const folder = mkdtempSync(join(tmpdir(), 'relay-'));
  stops.push(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'relay.mjs'), await bundle('relay'));
  const start = async () => {
    const port = await freePort();
    const servers = { test: { listen: `127.0.0.1:${port}`, target: bridge.target } };
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ servers }));
    const child = spawn(process.execPath, [join(folder, 'relay.mjs'), join(folder, 'config.json')]);
    stops.push(() => child.kill('SIGKILL'));
    const ended = once(child, 'exit');
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    await until(() => output.includes('"listening"'));
    const gateway = new Gateway(port);
    stops.push(() => gateway.socket.destroy());
    await gateway.initialize();
    return { child, ended, gateway, output: () => output };
  };
  const first = await start();
  const { answer, finish } = await callOut(first.gateway);
  first.child.kill('SIGTERM');
  await until(() => first.output().includes('"stopping"'));
  finish();
  expect(await answer).toBe('said');
  expect(await first.ended).toEqual([0, null]);
  const second = await start();
  await callOut(second.gateway);
  second.child.kill('SIGTERM');
  await until(() => second.output().includes('"stopping"'));
  second.child.kill('SIGTERM');
  expect(await second.ended).toEqual([0, null]);
});
