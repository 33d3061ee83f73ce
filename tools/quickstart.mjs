// `npm run quickstart`: the main job on an example, from catalog to checked manifests, and with --install to a running gateway.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, UserError, exclusively, indent, mustRun, run, start } from './common.mjs';
import { KUBERNETES_VERSION, manifestErrors } from './kubernetes-schema.mjs';
import { installAnyHelm, program, programVersion } from './programs.mjs';
import { build, installPackages } from './setup.mjs';

const HELP = `npm run quickstart [-- --install] [--namespace NAME]

Compiles examples/quickstart/catalog.yaml to Helm values, renders the chart with them and checks every manifest.
Needs Node.js only, and no cluster; installs what it needs below this folder.

  --install         also install the result into the cluster that KUBECONFIG names
  --namespace NAME  the namespace to install into (default: mcp)
`;
const EXAMPLE = 'examples/quickstart';
const VALUES = 'quickstart-out/values.yaml';
const MANIFESTS = 'quickstart-out/manifests.yaml';

let since = performance.now();

await start(async () => {
  const options = await readOptions();
  if (options.help) return void console.log(HELP);

  console.log('Setting up:\n');
  const helm = await exclusively(setUp);
  if (options.install) requireCluster(helm, options.namespace);
  console.log('\nFrom a Docker MCP catalog to Kubernetes manifests:\n');
  await compile();
  const manifests = await render(helm, options.namespace);
  await validate(manifests);
  if (options.install) install(helm, options.namespace);
  printNextSteps({ ...options, helm, manifests });
});

async function readOptions() {
  const { parseArgs } = await import('node:util'); // not there in every Node that is too old: start() says so first
  try {
    return parseArgs({
      options: {
        install: { type: 'boolean', default: false },
        namespace: { type: 'string', default: 'mcp' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UserError(`${error.message}\n\n${HELP}`);
  }
}

async function setUp() {
  installPackages();
  done('packages', 'npm packages are installed');
  build();
  done('built', 'mcpgen in dist/');
  const helm = await installAnyHelm();
  done('helm', `${programVersion(helm)}: ${helmCommand(helm)}`);
  return helm;
}

/** Tells that a step is done, and how long it took since the one before. */
function done(title, text, ...command) {
  const seconds = (performance.now() - since) / 1000;
  since = performance.now();
  console.log(`  ✓ ${title.padEnd(9)} ${text} (${seconds.toFixed(1)} s)`);
  if (command.length > 0) console.log(`${' '.repeat(14)}$ ${command.join(' ')}`);
}

async function compile() {
  const { parse } = await import('yaml'); // there only after npm ci
  const file = (name) => `${EXAMPLE}/${name}.yaml`;
  const given = ['config', 'entrypoints', 'overlay'].filter((name) => existsSync(join(ROOT, file(name))));
  const args = ['dist/bin.js', file('catalog'), ...given.flatMap((name) => [`--${name}`, file(name)]), '-o', VALUES];
  mkdirSync(join(ROOT, 'quickstart-out'), { recursive: true });
  const { stderr } = mustRun('mcpgen refuses the example:', process.execPath, args);
  const servers = Object.keys(parse(readFileSync(join(ROOT, VALUES), 'utf8')).servers);
  done('compiled', `${servers.length} servers: ${servers.join(', ')}`, 'node', ...args);
  if (stderr) console.log(indent(stderr, 14));
}

async function render(helm, namespace) {
  const { parseAllDocuments } = await import('yaml');
  const args = ['template', 'mcp', 'chart', '-f', VALUES, '--namespace', namespace];
  const { stdout } = mustRun('helm template refuses the chart or its values:', program(helm), args);
  writeFileSync(join(ROOT, MANIFESTS), stdout);
  const manifests = parseAllDocuments(stdout)
    .map((document) => document.toJS())
    .filter(Boolean);
  done(
    'rendered',
    `${countByKind(manifests)}, by helm ${programVersion(helm)}`,
    helmCommand(helm),
    ...args,
    '>',
    MANIFESTS,
  );
  return manifests;
}

/** What to type for a helm. */
function helmCommand(helm) {
  return run('helm', ['version']).status === 0 ? 'helm' : `.tools/bin/${helm}`;
}

function countByKind(manifests) {
  const counts = new Map();
  for (const { kind } of manifests) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const kinds = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return kinds.map(([kind, count]) => `${count} ${kind}`).join(', ');
}

async function validate(manifests) {
  const errors = await manifestErrors(manifests);
  if (errors.length > 0)
    throw new UserError(
      `manifests do not fit the API of Kubernetes ${KUBERNETES_VERSION}:\n${indent(errors.join('\n'), 2)}`,
    );
  done('checked', `${manifests.length} manifests, strictly, against the API of Kubernetes ${KUBERNETES_VERSION}`);
}

function requireCluster(helm, namespace) {
  const { status, stderr } = run(program(helm), ['list', '--namespace', namespace], { timeout: 30_000 });
  if (status === 0) return;
  throw new UserError(
    `no Kubernetes cluster answers, and --install needs one: set KUBECONFIG to that of a running cluster, or leave --install out.\n  ${stderr.trim()}`,
  );
}

function install(helm, namespace) {
  console.log(`  … installing into the namespace ${namespace} and waiting until all pods are ready`);
  const args = [...helmInstall(namespace), '--wait', '--timeout', '5m'];
  mustRun(`helm failed; kubectl get pods,events --namespace ${namespace} says more:`, program(helm), args);
  done('installed', `release mcp in the namespace ${namespace}: all pods are ready`);
}

function helmInstall(namespace) {
  return ['upgrade', '--install', 'mcp', 'chart', '-f', VALUES, '--namespace', namespace, '--create-namespace'];
}

function printNextSteps({ install: installed, namespace, helm, manifests }) {
  const gateway = (kind) =>
    manifests.find((it) => it.kind === kind && it.metadata.labels['app.kubernetes.io/component'] === 'gateway');
  const service = gateway('Service');
  const port = service.spec.ports[0].port;
  // The Secret itself is made where Helm sees the cluster.
  const { containers } = gateway('Deployment').spec.template.spec;
  const [secret] = containers.flatMap(({ env = [] }) =>
    env.flatMap(({ name, valueFrom }) => (name === 'MCP_GATEWAY_AUTH_TOKEN' ? valueFrom.secretKeyRef.name : [])),
  );
  const url = `http://localhost:${port}/mcp`;
  console.log(`
Read what was made:
  ${VALUES.padEnd(30)} the catalog as values of the chart
  ${MANIFESTS.padEnd(30)} what Kubernetes gets of it
`);
  if (!installed) {
    console.log(`Install it into a cluster (or let npm run quickstart -- --install do it):
  ${helmCommand(helm)} ${helmInstall(namespace).join(' ')} --wait
`);
  }
  console.log(`${installed ? 'Connect' : 'Then connect'} an MCP client:
  kubectl port-forward --namespace ${namespace} service/${service.metadata.name} ${port} &
  TOKEN=$(kubectl get secret --namespace ${namespace} ${secret} -o jsonpath='{.data.token}' | base64 -d)
  claude mcp add --transport http mcp ${url} --header "Authorization: Bearer $TOKEN"
Any other client: ${url} (streamable HTTP) with the header Authorization: Bearer $TOKEN`);
  if (installed) {
    console.log(`
Take it away again (claims of volumes stay until the namespace is deleted):
  ${helmCommand(helm)} uninstall mcp --namespace ${namespace}`);
  }
}
