// The servers that faults happen to and beside, in the chart's words, and a call for each whose answer is known.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../e2e/programs.ts';

export type ServerValues = Record<string, unknown> & { tools?: string[]; prefix?: string };
export interface ChartValues {
  servers: Record<string, ServerValues>;
  [key: string]: unknown;
}

/** A call of a tool, and what its answer contains. */
export interface Probe {
  readonly tool: string;
  readonly args: Record<string, unknown>;
  readonly answer: string;
}

const example = parse(readFileSync(join(ROOT, 'examples/e2e/values.yaml'), 'utf8')) as ChartValues;

/** Servers of examples/e2e by name: time is Python, the others but sqlite are Node. */
export function realServers(...names: string[]): Record<string, ServerValues> {
  return Object.fromEntries(names.map((name) => [name, { ...example.servers[name] }]));
}

/** A call for each server of examples/e2e. */
export const PROBES = {
  time: { tool: 'get_current_time', args: { timezone: 'Asia/Tokyo' }, answer: '+09:00' },
  everything: { tool: 'get-sum', args: { a: 20, b: 22 }, answer: '42' },
  memory: { tool: 'read_graph', args: {}, answer: 'entities' },
  filesystem: { tool: 'list_allowed_directories', args: {}, answer: '/projects' },
  sqlite: { tool: 'list_tables', args: {}, answer: '' },
} satisfies Record<string, Probe>;

/** The server of faulty.mjs, whose tools are called NAME__TOOL. */
export function faultyServer(name: string, more: ServerValues = {}): Record<string, ServerValues> {
  return {
    [name]: {
      image: 'node:24-alpine',
      command: ['node', '/faulty/faulty.mjs'],
      volumes: { code: { mountPath: '/faulty', readOnly: true, configMap: { name: 'faulty' } } },
      prefix: name,
      egress: { mode: 'none' },
      ...more,
    },
  };
}

/** The ConfigMap that faultyServer needs. */
export const faultyCode = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'faulty' },
  data: { 'faulty.mjs': readFileSync(join(import.meta.dirname, 'faulty.mjs'), 'utf8') },
};

export function echo(name: string): Probe {
  return { tool: `${name}__echo`, args: { text: 'hello' }, answer: 'hello' };
}
