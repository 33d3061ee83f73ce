// Tests that are the same with every version of Helm.
import { expect, test } from 'vitest';
import { call } from './client.ts';
import { contents, isKept } from './cluster.ts';
import { kubectl } from './programs.ts';
import type { Release } from './release.ts';

export function testFirstCall(release: Release): void {
  test('a tool can be called soon after helm install', async () => {
    expect(await call(await release.session(), 'echo', { message: 'hello' })).toContain('hello');
    const seconds = (performance.now() - release.installBegan) / 1000;
    console.log(`from helm install to the first tool call: ${seconds.toFixed(1)} s`);
  });
}

export function testTools(release: Release): void {
  test('the tools are those that the example declares', async () => {
    const { tools } = await (await release.session()).listTools();
    expect(tools.map(({ name }) => name).toSorted()).toEqual(release.expectedTools);
  });
}

export function testUninstall(release: Release): void {
  test('helm uninstall leaves only the claims of volumes', async () => {
    await release.disconnect();
    // Its log is the answer of `helm test`, so helm keeps it, also when it uninstalls.
    await kubectl('delete', 'pod', '-n', release.namespace, '-l', 'app.kubernetes.io/component=test');
    const kept = [...(await contents(release.namespace))].filter(([, object]) => isKept(object)).map(([name]) => name);
    expect(kept.filter((name) => !name.startsWith('PersistentVolumeClaim/'))).toEqual([]);
    await release.helm('uninstall', release.name, '--wait', '--timeout', '2m');
    await expect
      .poll(async () => [...(await contents(release.namespace)).keys()], { timeout: 60_000, interval: 2000 })
      .toEqual(kept);
    console.log(`left after helm uninstall: ${kept.join(', ') || 'nothing'}`);
  }, 200_000);
}
