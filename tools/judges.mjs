// `npm run judges`: what kubeconform, kube-score and checkov find in the examples' manifests, compared with the reasons in docs/judges.md.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, TOOLS, mustRun, run, say, start } from './common.mjs';
import { program } from './programs.mjs';
import { KUBERNETES_VERSIONS, kubeconformArgs } from './schemas.mjs';
import { setUp } from './setup.mjs';

const PINS = join(ROOT, 'tools/judges');
const BIN = join(TOOLS, 'judges');
const REASONS = join(ROOT, 'docs/judges.md');
const folder = mkdtempSync(join(tmpdir(), 'mcpgen-judges-'));

await start(async () => {
  await setUp();
  try {
    const files = renderExamples();
    conform(files);
    return report([...files.flatMap(score), ...checkov()], readReasons());
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Each example's values as manifests, a file for each. */
function renderExamples() {
  return readdirSync(join(ROOT, 'examples')).flatMap((name) => {
    const values = ['values.yaml', 'servers.yaml'].map((file) => join(ROOT, 'examples', name, file)).filter(existsSync);
    if (values.length === 0) return [];
    const args = [
      'template',
      'mcp',
      join(ROOT, 'chart'),
      '--namespace',
      'mcp',
      '--kube-version',
      KUBERNETES_VERSIONS[1],
    ];
    const given = values.flatMap((file) => ['-f', file]);
    const { stdout } = mustRun(`examples/${name} does not render`, program('helm4'), [...args, ...given]);
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, stdout);
    return [file];
  });
}

/** Nothing that it finds has a reason. */
function conform(files) {
  for (const version of KUBERNETES_VERSIONS)
    mustRun(`kubeconform, Kubernetes ${version}`, program('kubeconform'), [...kubeconformArgs(version), ...files]);
}

function score(file) {
  const binary = join(BIN, 'kube-score');
  if (!existsSync(binary)) {
    say('building kube-score (once)…');
    mkdirSync(BIN, { recursive: true });
    const build = ['build', '-o', binary, 'github.com/zegl/kube-score/cmd/kube-score'];
    mustRun('kube-score could not be built', 'go', build, { cwd: PINS });
  }
  const args = [
    'score',
    '--kubernetes-version',
    'v1.34',
    '--output-format',
    'json',
    '--exit-one-on-warning=false',
    file,
  ];
  const objects = JSON.parse(runJudge(binary, args));
  return objects.flatMap(({ object_name: object, checks }) =>
    checks
      .filter(({ skipped, grade }) => !skipped && grade < 10)
      .map(({ check }) => ({ id: check.id, title: check.name, object })),
  );
}

function checkov() {
  const environment = join(BIN, 'checkov');
  const binary = join(environment, 'bin/checkov');
  if (!existsSync(binary)) {
    say('installing checkov (once)…');
    mustRun('checkov needs Python 3 with venv', 'python3', ['-m', 'venv', environment]);
    const install = ['install', '--quiet', '--disable-pip-version-check', '-r', join(PINS, 'requirements.txt')];
    mustRun('checkov could not be installed', join(environment, 'bin/pip'), install);
  }
  const args = ['--directory', folder, '--framework', 'kubernetes', '--output', 'json', '--quiet', '--compact'];
  const { results } = JSON.parse(runJudge(binary, [...args, '--skip-download']));
  return results.failed_checks.map(({ check_id: id, check_name: title, resource: object }) => ({ id, title, object }));
}

/** A judge that finds something has another status than 0. */
function runJudge(binary, args) {
  const { stdout, stderr } = run(binary, args);
  if (!/^[[{]/.test(stdout)) throw new Error(`${binary} gave no JSON: ${stderr}`);
  return stdout;
}

/** Rows `| check | reason |` of the docs. */
function readReasons() {
  return new Set([...readFileSync(REASONS, 'utf8').matchAll(/^\| `([^`]+)` \|/gm)].map(([, id]) => id));
}

function report(findings, reasons) {
  const found = new Map();
  for (const one of findings) found.set(one.id, [...(found.get(one.id) ?? []), one]);
  const lines = [];
  for (const [key, list] of found)
    if (!reasons.has(key)) lines.push(`${key}: ${list[0].title}, ${list.length} times, first at ${list[0].object}`);
  for (const key of reasons)
    if (!found.has(key)) lines.push(`${key}: has a reason in docs/judges.md and is not found; remove its row`);
  const count = `${findings.length} findings of ${found.size} kinds`;
  console.log(
    lines.length === 0 ? `✓ ${count}, each with a reason in docs/judges.md` : `✗ ${count}:\n${lines.join('\n')}`,
  );
  return lines.length === 0 ? 0 : 1;
}
