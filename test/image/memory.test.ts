// A layer of a gigabyte: it streams through the built program, which keeps next to nothing of it.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { answer, listen } from '../registry/stand-in.ts';
import { base, Store, tar, tarHeader } from './images.ts';
import { Workspace } from './mcpgen.ts';

const program = join(import.meta.dirname, '../../dist/bin.js');
const workspace = new Workspace();
afterAll(() => workspace.remove());

/** 40 000 files of 5 KB and 110 of 8 MB, packed by gzip that compresses nothing: so much goes over the wire. */
function bigLayer(): Readable {
  function* archive(): Generator<Buffer> {
    yield tar([...base, { path: 'app/run', content: '#!/bin/sh\n', mode: 0o755 }]).subarray(0, -1024);
    const small = Buffer.alloc(5120, 'x');
    for (let index = 0; index < 40_000; index++) {
      yield tarHeader({ path: `app/node_modules/p${index % 400}/lib/file-${index}.js` }, small.length);
      yield small;
    }
    const piece = Buffer.alloc(1024 ** 2);
    for (let index = 0; index < 110; index++) {
      yield tarHeader({ path: `app/data/${index}`, mode: 0o755 }, 8 * piece.length);
      for (let part = 0; part < 8; part++) yield piece;
    }
    yield Buffer.alloc(1024);
  }
  return Readable.from(archive()).pipe(createGzip({ level: 0, chunkSize: 256 * 1024 }));
}

test.skipIf(!existsSync(program))('memory stays below 150 MB', { timeout: 180_000 }, async () => {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of bigLayer() as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  expect(size).toBeGreaterThan(1024 ** 3);
  const digest = `sha256:${hash.digest('hex')}`;
  const store = new Store();
  const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest, size };
  store.image('big/image', { Entrypoint: ['/app/run'], User: 'app' }, [layer]);
  const server = createServer((request, response) => {
    if (!request.url?.includes(digest)) return answer(store, request, response);
    response.writeHead(200, { 'content-length': size });
    bigLayer().pipe(response);
  });
  await listen(server);
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const catalog = workspace.write('catalog.yaml', 'registry:\n  big: {image: big/image}\n');
  // At its end the process says how much memory it had at most, in kilobytes.
  const hook = 'process.on("exit", () => process.stderr.write(`maxRSS ${process.resourceUsage().maxRSS}`))';
  const child = spawn(
    process.execPath,
    [
      ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, program, 'lock', catalog],
      [
        '--gateway-image',
        'big/image',
        '--relay-image',
        '',
        '--registry-map',
        `docker.io=${host}`,
        '-o',
        workspace.path('lock.yaml'),
      ],
    ].flat(),
    { stdio: ['ignore', 'inherit', 'pipe'] },
  );
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [status] = await once(child, 'close');
  server.closeAllConnections();
  server.close();
  expect([status, output]).toEqual([0, expect.stringContaining('1 image, 1 read')]);
  expect(workspace.read('lock.yaml')).toContain('script: /app/run');
  const megabytes = Number(/maxRSS (\d+)/.exec(output)?.[1]) / 1024;
  console.log(`${Math.round(megabytes)} MB for a layer of ${Math.round(size / 1024 ** 2)} MB`);
  expect(megabytes).toBeLessThan(150);
});
