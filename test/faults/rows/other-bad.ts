// Further ways for a server to be bad: refused by PodSecurity, a volume's Secret, a wrong command; a clash; a remote's Secret.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT, run } from '../../e2e/programs.ts';
import { duration, shorten } from '../figures.ts';
import { FaultRelease } from '../release.ts';
import { outcome } from '../programs.ts';
import { type ChartValues, echo, faultyServer, PROBES, type Probe, realServers } from '../servers.ts';
import { User } from '../users.ts';
import { type Check, check, defineStage, type Row } from '../verdict.ts';
import { type Bad, checkNamed } from './named.ts';
import { askRelay } from '../watch.ts';

const LIMIT = 60;

/** A release of its own, without waiting, for as long as the row takes. */
async function within(
  name: string,
  values: ChartValues,
  look: (release: FaultRelease, served: Check) => Promise<Check[]>,
  probe: Probe = PROBES.everything,
): Promise<Check[]> {
  const release = await FaultRelease.start(name, values, { wait: false });
  try {
    return await look(release, await isServed(release, probe));
  } finally {
    await release.remove();
  }
}

/** Whether a healthy server's tool can be called soon after the installation. */
async function isServed(release: FaultRelease, probe: Probe): Promise<Check> {
  const ready = await release.answers(150);
  if (ready === Infinity) return check('the gateway accepted no client within 150 s', false);
  const { error } = await new User(release).attempt(probe);
  const text = `the gateway accepts clients after ${duration(ready)}, and a healthy server's tool ${error ? `fails: ${shorten(error, 150)}` : 'answers'}`;
  return check(text, ready <= LIMIT * 1000 && error === undefined);
}

const otherWays: Row<undefined> = {
  id: 'bad-otherwise',
  fault:
    'PodSecurity refuses the pod of one server; one waits for the Secret of a volume; the command of one does not exist, ' +
    'and neither does that of a server which is not `required`',
  holds: `the healthy one beside them serves within ${LIMIT} s; each bad one is named, with its reason, in all places`,
  measure: () => {
    const bad: Bad[] = [
      {
        server: 'refused',
        reason: /PodSecurity|violates|no pod|name|resolve|ENOTFOUND|ECONNREFUSED|refused/i,
        podless: true,
      },
      { server: 'waiting', reason: /secret|volume|mount/i },
      { server: 'typo', reason: /not in|not found|status 127/i },
      { server: 'optional', reason: /not in|not found|status 127/i },
    ];
    const files = { mountPath: '/secret', secret: { name: 'no-such-secret' } };
    const code = faultyServer('waiting')['waiting'] ?? {};
    const servers = {
      ...realServers('everything'),
      ...faultyServer('refused', { securityContext: { allowPrivilegeEscalation: true } }),
      ...faultyServer('waiting', { volumes: { ...(code['volumes'] as object), files } }),
      ...faultyServer('typo', { command: ['no-such-program'] }),
      ...faultyServer('optional', { command: ['no-such-program'], required: false }),
    };
    return within('otherwise', { servers }, async (release, served) => [served, ...(await checkNamed(release, bad))]);
  },
};

const oneImageTwice: Row<undefined> = {
  id: 'one-image-twice',
  fault: 'two servers of one image (`mcp/sqlite`), without `tools` and `prefix`',
  holds: `the first serves within ${LIMIT} s; the second serves as well, or \`/servers\` or \`helm test\` names it`,
  measure: () => {
    const { tools: _, volumes: _volumes, ...sqlite } = realServers('sqlite')['sqlite'] ?? {};
    const one = { ...sqlite, args: ['--db-path', '/tmp/db.sqlite'] };
    const values = { servers: { first: one, second: one } };
    const look = async (release: FaultRelease, served: Check) => {
      if (!served.ok) return [served];
      const tools = await new User(release).tools();
      const usable = tools.filter((name) => name.endsWith('list_tables'));
      const named = [await askRelay(release, '/servers').catch(() => ''), (await release.test()).output];
      const isNamed = named.some((text) => /second.*(prefix|collision|clash|same)/i.test(text ?? ''));
      const seen = `${usable.length} of 2 have their tools (${usable.join(', ')})${isNamed ? ', the other is named' : ''}`;
      return [served, check(seen, usable.length === 2 || isNamed)];
    };
    return within('twice', values, look, PROBES.sqlite);
  },
};

const oneImageCompiled: Row<undefined> = {
  id: 'one-image-compiled',
  fault:
    'a catalog with two servers of one image with tools, prompts and resources (`mcp/everything`), compiled and installed',
  holds: `both serve within ${LIMIT} s`,
  async measure() {
    const release = new FaultRelease(); // for its folder
    const catalog = join(release.folder, 'catalog.yaml');
    writeFileSync(
      catalog,
      'registry:\n  one: {type: server, image: mcp/everything}\n  two: {type: server, image: mcp/everything}\n',
    );
    const entrypoints = join(ROOT, 'examples/e2e/entrypoints.yaml');
    const compiler = join(ROOT, 'dist/bin.js');
    const compiled = await outcome(run(process.execPath, [compiler, catalog, '--entrypoints', entrypoints], 30));
    if (compiled.failed) return [check(`it does not compile: ${shorten(compiled.output, 300)}`, false)];
    const values = parse(compiled.output) as ChartValues;
    const look = async (installed: FaultRelease) => {
      if ((await installed.answers(150)) === Infinity)
        return [check('the gateway accepted no client within 150 s', false)];
      const user = new User(installed);
      const sums = (await user.tools()).filter((name) => name.endsWith('get-sum'));
      const attempts = await Promise.all(sums.map((tool) => user.attempt({ ...PROBES.everything, tool })));
      const answered = attempts.filter(({ error }) => error === undefined).length;
      return [check(`${answered} of 2 answer (${sums.join(', ') || 'no tools'})`, answered === 2)];
    };
    return within('compiled', values, look);
  },
};

const remoteSecret: Row<undefined> = {
  id: 'remote-secret',
  fault: 'the Secret of one remote server does not exist',
  holds: `the server beside it serves within ${LIMIT} s; \`helm test\` or the gateway's pod names the remote one and its Secret`,
  measure: () => {
    const secrets = { TOKEN: { name: 'remote-secrets', key: 'token' } };
    const remote = { url: 'https://mcp.example.com/mcp', headers: { Authorization: 'Bearer ${TOKEN}' }, secrets };
    const values = { servers: { ...realServers('everything'), ...faultyServer('beside'), far: { remote } } };
    const look = async (release: FaultRelease, served: Check) => {
      const { output } = await release.test();
      const isNamed = output.split('\n').some((line) => line.includes('far') && /secret|FAIL|missing/i.test(line));
      const line = output.split('\n').find((text) => text.includes('far')) ?? 'nothing';
      return [served, check(`\`helm test\` says of it: ${shorten(line, 120)}`, isNamed)];
    };
    return within('remote', values, look, echo('beside'));
  },
};

export const otherBad = defineStage<undefined>({
  name: 'otherwise bad',
  open: async () => undefined,
  close: async () => undefined,
  rows: [otherWays, oneImageTwice, oneImageCompiled, remoteSecret],
});
