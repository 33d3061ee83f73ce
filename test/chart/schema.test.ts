// values.schema.json refuses what cannot be right, and names the key.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chart, helms, oneServer, refusal, render, root, run } from './helm.ts';

test('the chart has the schema of schemas/', () => {
  const bundled = readFileSync(join(chart, 'values.schema.json'), 'utf8');
  expect(bundled, 'run `npm run gen`').toBe(readFileSync(join(root, 'schemas/values.schema.json'), 'utf8'));
});

describe.each(helms)('%s', (helm) => {
  // All in one run: Helm reports every mistake that its schema finds.
  test('refuses wrong keys and values, all at once, by their paths', () => {
    const message = refusal(
      {
        gatway: {},
        global: { imageRegistry: 'https://mirror.example.com' },
        gateway: { replica: 2, transport: 'stdio', port: '8811', service: { type: 'clusterIP' }, port2: 1 },
        defaults: { egress: { mode: 'internal' } },
        networkPolicy: { flavor: 'calico' },
        servers: {
          typo: { imagee: 'x' },
          words: { image: 'x y', command: 'node index.js', args: [80], env: { LIST: ['a'] }, egress: { host: [] } },
          secrets: { secretEnv: { KEY: 'the-secret-itself' } },
          volumes: { volumes: { data: { mountPath: 'data', persistentVolumeClaim: { size: '1 GB' } } } },
          remote: { remote: { transport: 'websocket' } },
          amounts: { resources: { limits: { memory: '1GB' } }, egress: { hosts: ['a.example.com:99999'] } },
        },
      },
      { helm },
    );
    for (const [path, words] of [
      ['', "'gatway' not allowed"],
      ['/global/imageRegistry', 'does not match pattern'],
      ['/gateway', "'port2', 'replica' not allowed|'replica', 'port2' not allowed"],
      ['/gateway/transport', "'streaming', 'sse'"],
      ['/gateway/port', 'got string, want integer'],
      ['/gateway/service/type', "'ClusterIP'"],
      ['/defaults/egress/mode', "'internet'"],
      ['/networkPolicy/flavor', "'kubernetes'"],
      ['/servers/typo', "'imagee' not allowed"],
      ['/servers/words/image', 'does not match pattern'],
      ['/servers/words/command', 'got string, want array'],
      ['/servers/words/args/0', 'got number, want string'],
      ['/servers/words/env/LIST', 'got array, want'],
      ['/servers/words/egress', "'host' not allowed"],
      ['/servers/secrets/secretEnv/KEY', 'got string, want object'],
      ['/servers/volumes/volumes/data/mountPath', 'does not match pattern'],
      ['/servers/volumes/volumes/data/persistentVolumeClaim/size', 'does not match pattern'],
      ['/servers/amounts/resources/limits/memory', 'does not match pattern'],
      ['/servers/amounts/egress/hosts/0', 'does not match pattern'],
      ['/servers/remote/remote', "missing property 'url'"],
      ['/servers/remote/remote/transport', "'streamable-http'"],
    ] as const) {
      expect(message).toMatch(new RegExp(`at '${path}':[^]*?(${words})`));
    }
  });

  test('takes what a parent chart and other tools add', () => {
    render({ ...(oneServer() as object), global: { anything: { at: 'all' } }, enabled: true }, { helm });
  });

  test('lint is clean', () => {
    const { status, stdout, stderr } = run('lint', oneServer(), { helm, args: ['--strict'] });
    expect(stdout + stderr).not.toMatch(/WARNING|ERROR/);
    expect(status).toBe(0);
  });
});

test('a Kubernetes that is too old is refused', () => {
  expect(refusal(oneServer(), { kubernetes: '1.28.0' })).toContain('requires kubeVersion: >=1.29.0-0');
});
