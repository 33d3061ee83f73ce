// A template as a client's configuration: its first comment says where the text belongs, and helpers write data as data.

import Handlebars from 'handlebars';
import { shellWord } from '../shell.ts';
import type { GatewayUrl } from './target.ts';

export interface Snippet {
  readonly text: string;
  /** Where it belongs, as the template's first line says. */
  readonly note: string | undefined;
}

/** The name that the clients show. */
const name = 'mcpgen';

/** @throws if the template is not one: its syntax, or a name that it does not have. */
export function renderSnippet(template: string, url: GatewayUrl, tokenEnv: string): Snippet {
  const environment = Handlebars.create();
  environment.registerHelper({ json: literal, shell: (...parts: unknown[]) => shellWord(textOf(parts)) });
  const render = environment.compile(template, { noEscape: true, strict: true });
  const text = render({ name, url: url.href, isHttp: url.isHttp, tokenEnv });
  return { text, note: /^\{\{!--\s*(.*?)\s*--\}\}/.exec(template)?.[1] };
}

/** The text of all arguments as a string of JSON, which Python and TOML read too. */
function literal(...parts: unknown[]): string {
  return JSON.stringify(textOf(parts));
}

/** Handlebars passes its options behind the arguments. */
function textOf(parts: readonly unknown[]): string {
  return parts.slice(0, -1).map(String).join('');
}
