// Runs helm on the chart and reads what it renders.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

export const root = join(import.meta.dirname, '..', '..');
export const chart = join(root, 'chart');
export const helms = ['helm3', 'helm4'] as const;
export type Helm = (typeof helms)[number];

// oxlint-disable-next-line no-explicit-any -- manifests are looked at by path, and a wrong path fails its test
export type Manifest = any;
export type Values = string | Readonly<Record<string, unknown>>;

export interface Options {
  readonly helm?: Helm;
  readonly release?: string;
  readonly namespace?: string;
  readonly kubernetes?: string;
  readonly args?: readonly string[];
}

export interface Result {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs helm on the chart, with the values on stdin. */
export function run(command: string, values: Values, options: Options = {}): Result {
  return runOn(chart, command, values, options);
}

/** Runs helm on a chart in this folder. */
export function runOn(folder: string, command: string, values: Values, options: Options = {}): Result {
  const { helm = 'helm3', release = 'rel', namespace = 'ns', kubernetes = '1.34.0', args = [] } = options;
  const target = command === 'lint' ? [folder] : [release, folder];
  // Only Helm 4 can try an installation without a cluster.
  const cluster = command === 'install' ? ['--dry-run=client'] : ['--kube-version', kubernetes];
  const { status, stdout, stderr, error } = spawnSync(
    join(root, '.tools/bin', helm),
    [command, ...target, '--namespace', namespace, ...cluster, '-f', '-', ...args],
    {
      input: typeof values === 'string' ? values : JSON.stringify(values),
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      env: { ...process.env, KUBECONFIG: '/dev/null' },
    },
  );
  if (error) throw new Error(`${helm} is missing, run \`npm test\` once: ${error.message}`);
  return { status: status ?? 1, stdout, stderr };
}

/** The manifests of these values; throws what helm says when it refuses them. */
export function render(values: Values, options: Options = {}): Manifests {
  const { status, stdout, stderr } = run('template', values, options);
  if (status !== 0) throw new Error(stderr);
  return new Manifests(stdout);
}

/** What helm says about values that it refuses; throws when it takes them. */
export function refusal(values: Values, options: Options = {}): string {
  const { status, stderr } = run('template', values, options);
  if (status === 0) throw new Error('helm took these values');
  return stderr;
}

export class Manifests {
  readonly text: string;
  #all: readonly Manifest[] | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** Parsed when it is first asked for, which takes as long as rendering. */
  get all(): readonly Manifest[] {
    this.#all ??= parseAllDocuments(this.text, { uniqueKeys: true })
      .map((document) => {
        if (document.errors.length > 0) throw new Error(`${document.errors[0]?.message}\n${document.toString()}`);
        return document.toJS() as Manifest;
      })
      .filter((manifest) => manifest !== null);
    return this.#all;
  }

  kind(kind: string): Manifest[] {
    return this.all.filter((manifest) => manifest.kind === kind);
  }

  /** The one object of this kind and name. */
  get(kind: string, name: string): Manifest {
    const found = this.kind(kind).filter(({ metadata }) => metadata.name === name);
    if (found.length !== 1) throw new Error(`${found.length} objects ${kind} ${name} in\n${this.names().join('\n')}`);
    return found[0];
  }

  names(): string[] {
    return this.all.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  }

  /** The pods that run, with what they are called: of Deployments, and of `helm test`. */
  pods(): { name: string; labels: Record<string, string>; spec: Manifest }[] {
    return this.all.flatMap(({ kind, metadata, spec }) => {
      if (kind === 'Pod') return [{ name: metadata.name, labels: metadata.labels, spec }];
      const template = spec?.template;
      return template ? [{ name: metadata.name, labels: template.metadata.labels, spec: template.spec }] : [];
    });
  }
}

/** Values with one server, which the given keys are added to. */
export function oneServer(entry: Record<string, unknown> = {}, rest: Record<string, unknown> = {}): Values {
  return { servers: { time: { image: 'mcp/time', command: ['mcp-server-time'], ...entry } }, ...rest };
}

/** The text of each values.yaml below examples/, by the folder's name. */
export function exampleValues(): [string, string][] {
  const folder = join(root, 'examples');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('values.yaml'))
    .sort()
    .map((path) => [path, readFileSync(join(folder, path), 'utf8')]);
}

export const fullValues = readFileSync(join(import.meta.dirname, 'full.values.yaml'), 'utf8');
