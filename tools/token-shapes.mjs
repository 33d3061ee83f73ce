// Writes generator/credentials/token-shapes.ts: the rules of gitleaks for tokens that have a prefix. A command: `node tools/token-shapes.mjs`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, mustRun, start } from './common.mjs';

const MODULE = 'github.com/zricethezav/gitleaks/v8@v8.30.1';

/** They begin with fewer letters, or with one of several words, and are recognized all the same. */
const ALSO = new Set(['aws-access-token', 'jwt', 'openai-api-key', 'sendgrid-api-token', 'stripe-access-token']);

/** No secret, a sign of one, or a pattern for text around it; the form of a private key is simpler in detect.ts. */
const NOT = new Set([
  'aws-amazon-bedrock-api-key-short-lived',
  'curl-auth-header',
  'curl-auth-user',
  'facebook-page-access-token',
  'flutterwave-public-key',
  'jwt-base64',
  'kubernetes-secret-yaml',
  'private-key',
  'sidekiq-sensitive-url',
  'vault-service-token',
]);

await start(() => {
  const { stdout } = mustRun('gitleaks could not be downloaded; it needs Go and the network.', 'go', [
    'mod',
    'download',
    '-json',
    MODULE,
  ]);
  const config = readFileSync(join(JSON.parse(stdout).Dir, 'config/gitleaks.toml'), 'utf8');
  const rules = config
    .split(/^\[\[rules\]\]$/m)
    .slice(1)
    .flatMap(readRule);
  writeFileSync(join(ROOT, 'generator/credentials/token-shapes.ts'), print(rules));
  mustRun('oxfmt failed.', join(ROOT, 'node_modules/.bin/oxfmt'), ['generator/credentials/token-shapes.ts']);
  console.log(`${rules.length} rules of ${MODULE}`);
});

/**
 * One rule as a name and a JavaScript pattern. Rules that go by the name of a variable are left out: mcpgen knows the
 * names better. So are nearly all that do not begin with at least three letters of their own.
 */
function readRule(toml) {
  const id = /^id = "([^"]+)"/m.exec(toml)?.[1];
  const regex = /^regex = '''(.*)'''$/m.exec(toml)?.[1];
  if (!id || !regex) return [];
  const first = /^(?:\(\?i\))?(?:\\b)?\(*(?:\?:)?\(*([A-Za-z0-9_~-]+)/.exec(regex)?.[1] ?? '';
  const isTold = first.replaceAll(/[^A-Za-z_]/g, '').length >= 3;
  return (isTold || ALSO.has(id)) && !NOT.has(id) ? [{ id, ...toJavaScript(regex) }] : [];
}

/** RE2's flags within a pattern become a flag of the whole; what may follow a token is left to `\b`. */
function toJavaScript(regex) {
  const flags = regex.includes('(?i') ? 'i' : '';
  const source = regex
    .replaceAll(/\(\?i\)/g, '')
    .replaceAll(/\(\?-?i:/g, '(?:')
    .replaceAll(String.raw`(?:[\x60'"\s;]|\\[nr]|$)`, '(?![A-Za-z0-9])')
    .replaceAll(String.raw`(?:[\x60'"\s;]|\\[nr]|$|\b)`, '(?![A-Za-z0-9])')
    .replaceAll(/\(\?P</g, '(?<')
    .replaceAll('[[:alnum:]]', '[A-Za-z0-9]')
    .replaceAll('\\z', '$')
    .replace(/^(?!\\b)/, '\\b');
  return { source: new RegExp(source, flags).source, flags };
}

function print(rules) {
  const title = (id) => id.replaceAll('-', ' ');
  const lines = rules.map(({ id, source, flags }) => `  [${JSON.stringify(title(id))}, /${source}/${flags}],\n`);
  return `// Tokens that are recognized by their prefix: rules of gitleaks (MIT, Copyright (c) 2019 Zachary Rice), written by tools/token-shapes.mjs.

/** What it is, and its pattern. */
export const tokenShapes: readonly (readonly [name: string, pattern: RegExp])[] = [
${lines.join('')}];
`;
}
