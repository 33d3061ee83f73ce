// Whether a text that is about to be written holds a credential, and how that is known. The answer never holds any of the text.

import type { CredentialSign } from '../diagnostics/table/plain-credential.ts';
import { type Suspicion, suspect } from './names.ts';
import { tokenShapes } from './token-shapes.ts';

/** Forms whose length has changed over the years; gitleaks has them as they are today. */
const looseShapes: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['private key', /-----BEGIN [A-Z0-9 ]*PRIVATE KEY/],
  ['AWS access key', /\b(AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['GitHub token', /\b(gh[pousr]|github_pat)_\w{16,}/],
  ['Slack token', /\bxox[abeoprs]-\w[\w-]{9,}/],
  ['OpenAI or Anthropic key', /\bsk-((ant|proj|svcacct|admin|or)-[\w-]{16,}|[A-Za-z0-9]{32,})/],
];

/** How a text itself shows that it holds a credential; undefined if it does not. */
export function credentialIn(text: string): CredentialSign | undefined {
  const token = tokenIn(text);
  if (token !== undefined && !isStandIn(text)) return { kind: 'token', token };
  if (holdsPassword(text)) return { kind: 'password' };
  const name = assignments(text).find(([key, value]) => isCredential(key, value))?.[0];
  if (name !== undefined) return { kind: 'assignment', name };
  const [, bearer = ''] = /\bbearer\s+([\w.~+/=-]{8,})/i.exec(text) ?? [];
  return /\d/.test(bearer) && !isStandIn(bearer) ? { kind: 'bearer' } : undefined;
}

const shapes = [...looseShapes, ...tokenShapes];

/** The kind of token that a text holds. Most texts have no run of letters and digits that is long enough for any. */
function tokenIn(text: string): string | undefined {
  if (!/[\w-]{12}/.test(text) && !text.includes('PRIVATE KEY')) return undefined;
  return shapes.find(([, pattern]) => pattern.test(text))?.[0];
}

/** Whether a value is a credential by its name, and is not a stand-in, a path, a switch or similar. */
export function isCredential(name: string, value: string): boolean {
  const suspicion: Suspicion = suspect(name);
  if (suspicion === 'no' || isStandIn(value)) return false;
  const bare = bareValue(value);
  if (isPointer(bare) || isSwitch(bare)) return false;
  if (/^\d{1,9}$/.test(bare)) return /pass|pwd/i.test(name);
  return suspicion === 'yes' || looksRandom(bare);
}

/** What the chart refuses in a header; it has simple rules (chart/templates/_validate-credentials.tpl). */
export function isRefusedHeader(name: string, value: string): boolean {
  const isNamed = /(authorization|cookie|token|secret|password|passwd|api[-_]?key|access[-_]?key)$/i.test(name);
  return isNamed && value !== '' && !value.includes('$');
}

/** The same in a URL. */
export function isRefusedUrl(url: string): boolean {
  const query = /[?&;][^=&;#]*(token|secret|password|passwd|api[-_]?key|access[-_]?key)=[^&;#$]/i;
  return /\/\/[^/?#@]*:[^/?#]+@/.test(url) || query.test(url);
}

/** Text in which nobody has put a credential: empty, `<your key>`, `YOUR_API_KEY`, `xxxx`, `changeme`, `x-$(SECRET)-y`. */
export function isStandIn(value: string): boolean {
  const bare = bareValue(value);
  return (
    bare === '' ||
    /\$\([^()]*\)|\$\{[^{}]*\}|(?<![\w$])\$[A-Za-z_]/.test(bare) ||
    /^(<[^<>]*>|\[[^\][]*\]|\{[^{}:"]*\}|\{\{[^{}]*\}\}|%\w+%)$/.test(bare) ||
    /^([a-z]{2,5}[-_])?your[-_ ]|(key|token|secret|password|value)[-_ ]here$/i.test(bare) ||
    /^(change|replace|fill|insert|enter)[-_ ]?(me|this|it|in|your.*|with.*)$/i.test(bare) ||
    /^(x{3,}|\*+|\.{2,}|-+|…)$/i.test(bare) ||
    /^(none|null|nil|undefined|n\/a|todo|tbd|placeholder|dummy|redacted|unset)$/i.test(bare)
  );
}

/** Without quotes, and without the words that stand before a credential in a header. */
function bareValue(value: string): string {
  return value
    .trim()
    .replace(/^(bearer|basic|token|apikey)(\s+|$)/i, '')
    .replace(/^(["'`])(.*)\1$/s, '$2')
    .trim();
}

/** Says where a credential is: a path, a URL, a reference of a store of secrets. */
function isPointer(value: string): boolean {
  if (/^(~?\/|\.{1,2}\/|[A-Za-z]:[\\/])[\w .@/\\-]*$/.test(value)) return true;
  return /^(https?|file|op|vault|secret|se|env|ssm|arn|projects|ref\+\w+)[:/]/i.test(value);
}

function isSwitch(value: string): boolean {
  return /^(true|false|yes|no|on|off|enabled?|disabled?|required|optional|auto|default)$/i.test(value);
}

/** A UUID, or letters and digits without a plan: at least 16 in a row, and of many kinds. */
function looksRandom(value: string): boolean {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return true;
  const [run = ''] = /[A-Za-z0-9]{16,}/.exec(value) ?? [];
  return /^[\w+/=.~-]+$/.test(value) && /\d/.test(run) && /[A-Za-z]/.test(run) && new Set(run).size >= 10;
}

/** `scheme://user:password@host`, where the password is there. */
function holdsPassword(text: string): boolean {
  return [...text.matchAll(/\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/?#@:]*:([^\s/?#]*)@/gi)].some(
    ([, password = '']) => !isStandIn(password),
  );
}

/** What a text gives names to: `--token=x`, `?api_key=x`, `Server=y;Password=x`, `"api_key": "x"`, `Authorization: Bearer x`. */
function assignments(text: string): [name: string, value: string][] {
  const equals = text.matchAll(/(?:^|[?&;#\s"'])-{0,2}([A-Za-z][\w.-]*)=("[^"]*"|'[^']*'|[^\s&;#"']*)/g);
  const colons = text.matchAll(
    /(?:^|[\s{,"'])([A-Za-z][\w.-]*)["']?:(?:\s+|(?=["']))["']?((?:(?:bearer|basic|token)\s+)?[^\s"',}]+)/gi,
  );
  return [...equals, ...colons].map(([, name = '', value = '']) => [name, value]);
}
