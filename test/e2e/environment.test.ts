// The environment of a server's process is that of its container, for every name that a shell has a meaning for.
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { createNamespace, deleteNamespace, only } from './cluster.ts';
import { kubectl, kubectlJson } from './programs.ts';
import { Release } from './release.ts';

const release = new Release(3);
const names =
  'plain a.b a-b _ IFS OPTIND PPID PWD OLDPWD SHLVL LINENO RANDOM PS1 PS2 PS4 ENV FUNCNAME EPOCHSECONDS HISTFILE OPTARG REPLY ' +
  'MAIL CDPATH TERM log command directory status message child state line loader server MCPGEN_COMMAND MCPGEN_INIT SOCAT_PID';
const env = Object.fromEntries(names.split(' ').map((name) => [name, `${name}: it's "q" $x \`id\` \\n\n\t* äö=`]));
const servers = {
  time: { image: 'mcp/time', command: ['mcp-server-time'], env },
  everything: {
    image: 'mcp/everything',
    // Without its entrypoint, a shell script, which changes the environment itself.
    command: ['node'],
    args: ['dist/index.js'],
    workingDir: '/app',
    podSecurityContext: { runAsUser: 1000 },
    env,
  },
};
const programs = { time: 'mcp-server-time', everything: 'dist/index.js' };

beforeAll(async () => {
  release.namespace = await createNamespace('mcpgen-e2e-environment');
  writeFileSync(release.valuesFile, stringify({ servers }));
  await release.install();
});
afterAll(async () => {
  if (release.namespace) await deleteNamespace(release.namespace);
});

const applet = ['/bridge/loader', '--library-path', '/bridge', '/bridge/busybox'];

/** The environment of a process, by the shell text that prints its id. */
async function environ(pod: string, find: string): Promise<string[]> {
  const script = `for pid in $(${find}); do ${applet.join(' ')} cat /proc/$pid/environ; break; done`;
  const text = await kubectl('exec', '-n', release.namespace, pod, '--', ...applet, 'sh', '-c', script);
  return text.split('\0').filter(Boolean).toSorted();
}

test.each(Object.entries(programs))(
  '%s',
  async (server, program) => {
    const pod = (await only(release.namespace, 'pods', `mcpgen.dev/server=${server}`)).metadata.name;
    const container = await environ(pod, 'echo 1');
    // Neither a shell of the wrapper nor the bridge, which have the program among their arguments as well.
    const find =
      `for p in /proc/[0-9]*; do case $(${applet.join(' ')} tr '\\0' ' ' <$p/cmdline 2>/dev/null) in ` +
      `*/bridge*) ;; *'${program}'*) echo \${p#/proc/} ;; esac; done`;
    await expect.poll(() => environ(pod, find), { timeout: 30_000 }).toEqual(container);

    const spec =
      (
        await kubectlJson<{ spec: { containers: { env: { name: string; value: string }[] }[] } }>(
          'get',
          'pod',
          pod,
          '-n',
          release.namespace,
        )
      ).spec.containers[0]?.env ?? [];
    expect(spec.length).toBeGreaterThanOrEqual(Object.keys(env).length);
    expect(container).toEqual(expect.arrayContaining(spec.map(({ name, value }) => `${name}=${value}`)));
  },
  60_000,
);
