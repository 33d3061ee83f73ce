// The values that docs/ shows are complete: each block renders, with Helm 3 and 4, and its objects meet the schemas of their kinds.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kubeconform } from '../kubeconform.ts';
import { helms, render, root } from './helm.ts';

const blocks = ['exposure.md', 'scaling.md', 'operations.md', 'migration.md', 'identity.md', 'networking.md'].flatMap(
  (file) => {
    const text = readFileSync(join(root, 'docs', file), 'utf8');
    return [...text.matchAll(/```yaml\n# values: (.*)\n([^]*?)```/g)].map(
      ([, title, values]) => [title, values] as const,
    );
  },
);

test('there are blocks', () => expect(blocks.length).toBeGreaterThan(8));

test.each(blocks)('%s', (_, values) => {
  for (const helm of helms) {
    const verdict = kubeconform(render(String(values), { helm }).text, '1.34.0');
    expect(verdict).toEqual({ invalid: 0, errors: 0, skipped: 0, messages: [] });
  }
});
