// `node tools/release.mjs 1.2.3`: prepares a release: its version in package.json and the chart, and the changelog's unreleased part under it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT, UserError, mustRun, run, start } from './common.mjs';

function release() {
  const version = process.argv[2] ?? '';
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new UserError('node tools/release.mjs VERSION, e.g. 0.1.0');
  if (run('git', ['status', '--porcelain']).stdout !== '') throw new UserError('commit or stash your changes first');
  edit('CHANGELOG.md', (text) => withRelease(text, version, new Date().toISOString().slice(0, 10)));
  edit('chart/Chart.yaml', (text) => text.replace(/^version: .*$/m, `version: ${version}`));
  mustRun('the version cannot be set:', 'npm', ['version', version, '--no-git-tag-version', '--allow-same-version']);
  mustRun('the generated files cannot be written:', 'npm', ['run', '--silent', 'gen']);
  mustRun('the release cannot be committed:', 'git', ['commit', '--all', '--message', `Release ${version}`]);
  mustRun('the tag cannot be made:', 'git', ['tag', '--annotate', `v${version}`, '--message', `mcpgen ${version}`]);
  console.log(`v${version} is committed and tagged. Look at it with git show, then publish it:

  git push origin main v${version}`);
}

function edit(file, change) {
  const path = join(ROOT, file);
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}

/** The changelog with what is unreleased under the version, before what it already has for it, and today's date. */
export function withRelease(changelog, version, date) {
  const [head, ...parts] = changelog.split(/^(?=## \[)/m);
  const body = (name) =>
    (parts.find((it) => it.startsWith(`## [${name}]`)) ?? '').split('\n').slice(1).join('\n').trim();
  const others = parts.filter((it) => !['Unreleased', version].some((name) => it.startsWith(`## [${name}]`)));
  const own = mergeKinds(body('Unreleased'), body(version));
  return `${head}## [Unreleased]\n\n## [${version}] - ${date}\n\n${own}\n${others.length > 0 ? '\n' : ''}${others.join('')}`;
}

/** Two bodies as one: each kind of change once. */
function mergeKinds(...bodies) {
  const kinds = new Map();
  for (const part of bodies.flatMap((body) => body.split(/^### /m)).filter((it) => it.trim() !== '')) {
    const [kind, ...lines] = part.split('\n');
    kinds.set(kind, [kinds.get(kind), lines.join('\n').trim()].filter(Boolean).join('\n'));
  }
  return [...kinds].map(([kind, lines]) => `### ${kind}\n\n${lines}`).join('\n\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await start(release);
