// The workflows: actions by the hash of a commit, and no permission that a job does not ask for.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const folder = join(import.meta.dirname, '../../.github/workflows');

test.each(readdirSync(folder))('%s', (name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  const used = [...text.matchAll(/uses: (.*)$/gm)].map(([, action]) => action);
  expect(used.filter((action) => !/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action ?? ''))).toEqual([]);
  const { permissions, jobs } = parse(text) as { permissions: object; jobs: Record<string, Record<string, unknown>> };
  expect(permissions).toEqual({});
  for (const [job, { permissions: asked, 'timeout-minutes': limit }] of Object.entries(jobs)) {
    expect(asked, job).toHaveProperty('contents');
    expect(limit, job).toBeGreaterThan(0);
  }
});
