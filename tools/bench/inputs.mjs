// What the benchmarks read: catalogs and values of any number of servers, made of the sample in test/data.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../common.mjs';

const data = (name) => readFileSync(join(ROOT, 'test/data', name), 'utf8');

/** A catalog of the sample's containers, as often as it takes, with its config and entrypoints. Each server has a name and tools of its own. */
export function catalogOf(count) {
  const entries = entriesOf(data('catalog-sample.yaml').split(/^registry:\n/m)[1]);
  const settings = new Map(
    data('config-sample.yaml')
      .split(/^(?=\S)/m)
      .map((section) => [section.split(':')[0], section]),
  );
  const servers = Array.from({ length: count }, (_, index) => {
    const { name, body } = entries[index % entries.length];
    const copy = `${name}-${index}`;
    return {
      copy,
      // Expressions name the server, so they are renamed with it.
      entry: `  ${copy}:\n${body.replaceAll(`{{${name}`, `{{${copy}`).replaceAll(/^( {6}- name: )(\w+)$/gm, `$1$2_${index}`)}`,
      config: (settings.get(name) ?? '').replace(name, copy),
    };
  });
  return {
    catalog: `registry:\n${servers.map(({ entry }) => entry).join('')}`,
    config: servers.map(({ config }) => config).join(''),
    entrypoints: servers.map(({ copy }) => `${copy}: [serve]\n`).join(''),
  };
}

/** The containers of the sample with plain names, as texts. */
function entriesOf(registry) {
  return registry
    .split(/^(?= {2}\S)/m)
    .map((entry) => ({ name: entry.slice(2, entry.indexOf(':')), body: entry.slice(entry.indexOf('\n') + 1) }))
    .filter(({ name, body }) => /^[a-z0-9-]{1,50}$/.test(name) && /^ {4}image:/m.test(body));
}

/** Values of servers with an environment variable, a secret and a volume each. */
export function valuesOf(count) {
  const server = (index) =>
    `  server-${index}:\n    image: example/server\n    command: [serve]\n    env: {LEVEL: info}\n` +
    `    secretEnv: {KEY: {name: keys, key: key-${index}}}\n    volumes: {data: {mountPath: /data, persistentVolumeClaim: {size: 1Gi}}}\n`;
  return `servers:\n${Array.from({ length: count }, (_, index) => server(index)).join('')}`;
}
