// `mcpgen --explain CODE`: what a code means, for every code; the examples themselves are run by cases.test.ts.

import { expect, test } from 'vitest';
import { mcpgen } from '../mcpgen.ts';
import { diagnosticCodes } from '../../generator/diagnostics/table.ts';

test('shows what a code means, an input that has it, and the same input fixed', async () => {
  const { status, stdout, stderr } = await mcpgen('--explain', 'wrong-type');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatchInlineSnapshot(`
    "wrong-type (error)

    A field has a value of the wrong type, for example a string instead of a list.

    What to do: Write a value of the type that the message names: command: [serve].

    For example:

      $ mcpgen catalog.yaml --entrypoints entrypoints.yaml

      # catalog.yaml
      registry:
        time:
          image: mcp/time
          command: serve

      # entrypoints.yaml
      time: [mcp-server-time]

    mcpgen says:

      catalog.yaml:4:14: error wrong-type: registry.time.command must be a list, not a string
        hint: write a list of arguments: [serve]
      1 error

    Fixed:

      # catalog.yaml
      registry:
        time:
          image: mcp/time
          command: [serve]

    More: docs/diagnostics.md
    "
  `);
});

test('explains every code, all but one with an example', async () => {
  const without: string[] = [];
  for (const code of diagnosticCodes) {
    const { status, stdout } = await mcpgen('--explain', code);
    expect(status, code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^${code} \\((error|warning|note)`));
    if (!stdout.includes('For example:')) without.push(code);
  }
  expect(without).toEqual(['image-read']);
});

test('a code that does not exist is a mistake in the arguments', async () => {
  const { status, stdout, stderr } = await mcpgen('--explain', 'wrong-tipe');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toBe('error: no diagnostic has the code "wrong-tipe": did you mean "wrong-type"?\n');
  expect((await mcpgen('--explain', '../../package')).stderr).toContain('docs/diagnostics.md has all of them');
  expect(await mcpgen('--explain')).toMatchObject({ status: 2, stderr: expect.stringContaining('--explain <code>') });
});
