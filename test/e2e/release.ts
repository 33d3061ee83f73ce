// One release of the chart, made of an example: installed with helm 3 or 4, used, and taken away again.
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { parse } from 'yaml';
import { type Forward, connect, forward } from './client.ts';
import { createNamespace, deleteNamespace, dump, only } from './cluster.ts';
import { ROOT, helm, run } from './programs.ts';

const GATEWAY = 'app.kubernetes.io/component=gateway';

interface Values {
  servers: Record<string, { tools?: string[]; prefix?: string }>;
}

export class Release {
  readonly name = 'mcp';
  readonly folder = mkdtempSync(join(tmpdir(), 'mcpgen-e2e-'));
  readonly valuesFile = join(this.folder, 'values.yaml');
  namespace = '';
  values: Values = { servers: {} };
  token = '';
  installBegan = 0;
  private readonly major: 3 | 4;
  private readonly given: string[];
  private forward: Forward | undefined;
  private sessions: Client[] = [];

  /** The settings are values of the chart besides the example's, as `--set` takes them. */
  constructor(major: 3 | 4, settings: string[] = []) {
    this.major = major;
    this.given = ['-f', this.valuesFile, ...settings.flatMap((setting) => ['--set', setting])];
  }

  /** Compiles an example's catalog; an example that has none is values already. */
  async prepare(example: string): Promise<void> {
    const file = (name: string) => join(ROOT, 'examples', example, `${name}.yaml`);
    if (existsSync(file('catalog'))) {
      const given = ['config', 'entrypoints', 'overlay'].filter((name) => existsSync(file(name)));
      const args = given.flatMap((name) => [`--${name}`, file(name)]);
      await run(process.execPath, [join(ROOT, 'dist/bin.js'), file('catalog'), ...args, '-o', this.valuesFile], 30);
    } else {
      copyFileSync(file('values'), this.valuesFile);
    }
    this.values = parse(readFileSync(this.valuesFile, 'utf8')) as Values;
  }

  /** Looks into the release when it fails. */
  async install(): Promise<void> {
    this.installBegan = performance.now();
    await this.helm('install', this.name, 'chart', ...this.given, '--wait', '--timeout', '5m').catch(
      async (error: unknown) => {
        await dump(this.namespace);
        throw error;
      },
    );
    this.token = await this.readToken();
  }

  async upgrade(): Promise<void> {
    await this.helm('upgrade', this.name, 'chart', ...this.given, '--wait', '--timeout', '2m');
  }

  async readToken(): Promise<string> {
    const secret = await only(this.namespace, 'secrets', GATEWAY);
    return Buffer.from(secret.data?.['token'] ?? '', 'base64').toString();
  }

  helm(...args: string[]): Promise<string> {
    return helm(this.major, ...args, '--namespace', this.namespace);
  }

  /** The gateway's address on this machine. */
  async url(): Promise<string> {
    if (!this.forward) {
      const service = await only(this.namespace, 'services', GATEWAY);
      this.forward = await forward(
        this.namespace,
        `service/${service.metadata.name}`,
        service.spec?.ports?.[0]?.port ?? 0,
      );
    }
    return this.forward.url;
  }

  async session(): Promise<Client> {
    const client = await connect(await this.url(), this.token);
    this.sessions.push(client);
    return client;
  }

  /** The tools that the example says its servers have, as a client sees their names. */
  get expectedTools(): string[] {
    const servers = Object.values(this.values.servers);
    return servers
      .flatMap(({ tools = [], prefix }) => tools.map((tool) => (prefix ? `${prefix}__${tool}` : tool)))
      .toSorted();
  }

  async disconnect(): Promise<void> {
    await Promise.allSettled(this.sessions.map((session) => session.close()));
    this.sessions = [];
    await this.forward?.close();
    this.forward = undefined;
  }
}

/** Looks into a release when a test fails, and takes it away after the last one, with its namespace. */
export function looksAfter(release: Release): void {
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await dump(release.namespace);
  });
  afterAll(async () => {
    await release.disconnect();
    rmSync(release.folder, { recursive: true });
    if (release.namespace) await deleteNamespace(release.namespace);
  });
}

/** Gives a test file its release: installed before its tests, looked into when one fails, and taken away with its namespace. */
export function useRelease(major: 3 | 4, example: string, ...settings: string[]): Release {
  const release = new Release(major, settings);

  beforeAll(async () => {
    await release.prepare(example);
    release.namespace = await createNamespace(`mcpgen-e2e-helm${major}`);
    await release.install();
  });
  looksAfter(release);
  return release;
}
