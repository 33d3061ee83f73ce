// The values that docs/ shows are complete: each block renders, with Helm 3 and 4, and its objects meet the schemas of their kinds.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectValid } from '../kubeconform.ts';
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

const rendered = new Map<string, string>();

test.each(blocks)('%s', (title, values) => {
  for (const helm of helms) rendered.set(`${title}, ${helm}`, render(String(values), { helm }).text);
});

test('the schemas of Kubernetes are met', () => expectValid(rendered, '1.34.0'));
