// What figures depend on: the versions of all that takes part, and the machine.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../e2e/programs.ts';
import { kubectlJson } from './programs.ts';
import type { Setting } from './table.ts';

interface Node {
  status: { capacity: { cpu: string; memory: string }; nodeInfo: { kubeletVersion: string; kernelVersion: string } };
}

export async function readSetting(): Promise<Setting> {
  const chart = parse(readFileSync(join(ROOT, 'chart/Chart.yaml'), 'utf8')) as { version: string; appVersion: string };
  const { items } = await kubectlJson<{ items: Node[] }>('get', 'nodes');
  const { capacity, nodeInfo } = items[0]?.status ?? {};
  const gigabytes = (parseInt(capacity?.memory ?? '', 10) / 2 ** 20).toFixed(0); // Kubernetes gives KiB
  const versions = `Gateway ${chart.appVersion}, chart ${chart.version}, Kubernetes ${nodeInfo?.kubeletVersion}, Node.js ${process.version} (clients)`;
  const nodes = items.length === 1 ? 'one node' : `${items.length} nodes, each`;
  return {
    versions,
    machine: `${nodes} with ${capacity?.cpu} cores and ${gigabytes} GiB, Linux ${nodeInfo?.kernelVersion}`,
  };
}
