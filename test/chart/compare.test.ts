// What `helm test` says of each server: chart/files/test/compare.jq, by the jq of this machine.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chart } from './helm.ts';

interface Facts {
  offered?: string[];
  relayed?: object[];
  leftOut?: Record<string, string>;
}

function compare(servers: Record<string, object>, { offered = [], relayed = [], leftOut = {} }: Facts = {}): string[] {
  const json = (name: string, value: unknown) => ['--argjson', name, JSON.stringify(value)];
  const args = [...json('offered', offered), ...json('relayed', relayed), ...json('left_out', leftOut)];
  const { status, stdout, stderr } = spawnSync('jq', ['-r', ...args, '-f', join(chart, 'files/test/compare.jq')], {
    input: JSON.stringify(servers),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout.split('\n').filter(Boolean);
}

const required = { required: true };
const failure = { stage: 'start', reason: 'the server process ended with status 1', status: 1, lastLine: 'no URL' };
const relay = (name: string, state: string, more: object = {}) => ({
  name,
  state,
  tools: null,
  failure: null,
  ...more,
});
const hasJq = spawnSync('jq', ['--version']).status === 0;

describe.skipIf(!hasJq)('helm test', () => {
  test('a server with all its tools passes, one without some fails, or warns if it is optional', () => {
    const a = { required: true, tools: ['x', 'y'] };
    expect(compare({ a, b: { ...a, required: false } }, { offered: ['y'] })).toEqual([
      'FAIL: a: missing x',
      'warning: b: missing x',
    ]);
    expect(compare({ a }, { offered: ['y', 'x', 'z'] })).toEqual(['pass: a: 2 tools']);
  });

  test('a server that does not serve fails with what the relay knows, whatever the gateway offers', () => {
    const relayed = [relay('a', 'failed', { failure }), relay('b', 'unreachable'), relay('c', 'serving', { tools: 2 })];
    const servers = { a: { required: true, tools: ['x'] }, b: { required: false }, c: required };
    expect(compare(servers, { offered: ['x', 'y', 'z'], relayed })).toEqual([
      'FAIL: a: failed: start: the server process ended with status 1: no URL',
      'warning: b: unreachable',
      'pass: c: serving, 2 tools',
    ]);
  });

  test('a server whose pod does not answer is named with the command that says why', () => {
    const refused = { ...failure, stage: 'connect', reason: 'connect ECONNREFUSED', lastLine: null, look: 'kubectl x' };
    expect(compare({ a: required }, { relayed: [relay('a', 'unreachable', { failure: refused })] })).toEqual([
      'FAIL: a: unreachable: connect: connect ECONNREFUSED; see kubectl x',
    ]);
  });

  test('names that another server has are a warning, and fail a server without others', () => {
    const relayed = [
      relay('a', 'serving', { tools: 0, hidden: ['x'] }),
      relay('b', 'serving', { tools: 1, hidden: ['x'] }),
    ];
    expect(compare({ a: required, b: required }, { offered: ['x', 'y'], relayed })).toEqual([
      "FAIL: a: hidden from clients: x; the relay's log says why; if another server has the same names, set servers.a.prefix",
      "warning: b: hidden from clients: x; the relay's log says why; if another server has the same names, set servers.b.prefix",
    ]);
  });

  test('the name of a tool forges no line and steers no terminal', () => {
    const relayed = [relay('a', 'serving', { tools: 0, hidden: ['x\npass: b: 9 tools', '\u001b[2J\u009b\u202e'] })];
    expect(compare({ a: required }, { relayed })).toEqual([
      "FAIL: a: hidden from clients: x?pass: b: 9 tools, ?[2J??; the relay's log says why; if another server has the same names, set servers.a.prefix",
    ]);
  });

  test('a server that serves, but whose tools the gateway has not got, fails', () => {
    expect(compare({ a: required }, { relayed: [relay('a', 'serving', { tools: 2 })] })).toEqual([
      'FAIL: a: the gateway offers none of its 2 tools',
    ]);
    expect(compare({ a: required }, { relayed: [relay('a', 'serving', { tools: 0 })] })).toEqual([
      'pass: a: serving, 0 tools',
    ]);
  });

  test('a remote server without known tools is found by what is left of the list', () => {
    const known = { required: true, tools: ['x'] };
    const relayed = [relay('near', 'serving', { tools: 1 })];
    const servers = { known, near: required, far: required };
    expect(compare(servers, { offered: ['x', 'near', 'far1', 'far2'], relayed }).at(-1)).toBe('pass: far: 2 tools');
    expect(compare(servers, { offered: ['x', 'near'], relayed }).at(-1)).toBe(
      'FAIL: far: the gateway offers none of its tools',
    );
    expect(compare({ a: required, b: required }, { offered: ['x'] })).toEqual([
      'not tested: a: the 1 other tools may belong to a or b; set servers.a.tools',
      'not tested: b: the 1 other tools may belong to a or b; set servers.b.tools',
    ]);
  });

  test('a prefix tells whose tools they are', () => {
    const servers = { a: { required: true, prefix: 'p' }, b: { required: true, prefix: 'q' } };
    expect(compare(servers, { offered: ['p__x', 'other'] })).toEqual([
      'pass: a: 1 tools',
      'FAIL: b: the gateway offers none of its tools',
    ]);
  });

  test('a server without its Secret is named with it', () => {
    expect(compare({ far: required }, { leftOut: { far: 'the Secret s has no value' } })).toEqual([
      'FAIL: far: the gateway started without it: the Secret s has no value',
    ]);
  });

  test('there may be no server at all', () => expect(compare({})).toEqual([]));
});
