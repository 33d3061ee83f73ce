// Releasing: the changelog moves under the version, and the notes of a release are its part.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

const withRelease = async (changelog: string, version: string, date: string): Promise<string> => {
  const script = (await import(join(root, 'tools/release.mjs'))) as {
    withRelease: (changelog: string, version: string, date: string) => string;
  };
  return script.withRelease(changelog, version, date);
};

test('what is unreleased comes under the version, each kind of change once, and other versions stay', async () => {
  const changelog = `# Changelog

About it.

## [Unreleased]

### Added

- New.

### Fixed

- Right.

## [0.2.0] - unreleased

### Added

- Newer.

## [0.1.0] - 2026-01-01

### Added

- All.
`;
  expect(await withRelease(changelog, '0.2.0', '2026-02-03')).toBe(`# Changelog

About it.

## [Unreleased]

## [0.2.0] - 2026-02-03

### Added

- New.
- Newer.

### Fixed

- Right.

## [0.1.0] - 2026-01-01

### Added

- All.
`);
});

test('no entry of the changelog is lost', async () => {
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  const entries = (text: string): string[] => [...text.matchAll(/^- .*$/gm)].map(([line]) => line).toSorted();
  expect(entries(await withRelease(changelog, '0.1.0', '2026-02-03'))).toEqual(entries(changelog));
});

test('a tag that is not the version of the package has no notes', () => {
  const { status, stderr } = spawnSync(process.execPath, ['tools/release-notes.mjs', 'v99.0.0'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([
    2,
    expect.stringMatching(/^error: package\.json has version \d\S+, not 99\.0\.0$/m),
  ]);
});
