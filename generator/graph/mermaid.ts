// A graph as Mermaid's text, which GitHub and GitLab draw in Markdown.

import { printable } from '../printable.ts';
import { type Graph, type GraphServer, type Held, scopeWords, secretId } from './model.ts';

/** Names of nodes are numbers, and all texts are in quotes: nothing of a catalog can be a word of Mermaid's. */
export function graphMermaid({ gateway, servers, notes }: Graph): string {
  const nodes = new Nodes();
  const lines = [node('gateway', '["', ['gateway', gateway.image], '"]')];
  const holds = ({ secrets, volumes }: Held, holder: string): void => {
    for (const secret of secrets) {
      const { name, key = 'all keys' } = secret;
      const id = nodes.add('secret', secretId(secret), (own) => node(own, '{{"', [`Secret ${name}`, key], '"}}'));
      lines.push(`${id} -.-> ${holder}`);
    }
    for (const { id: shared, source, mountPath, readOnly } of volumes) {
      const from = `${holder} ${source} ${mountPath}`;
      const text = [source, ...(shared === undefined ? [`at ${mountPath}${readOnly ? ', read-only' : ''}`] : [])];
      lines.push(`${holder} --- ${nodes.add('volume', shared ?? from, (own) => node(own, '[("', text, '")]'))}`);
    }
  };
  const reaches = (texts: readonly string[], from: string): void => {
    for (const text of texts) {
      lines.push(`${from} ==> ${nodes.add('egress', text, (own) => node(own, '(["', [text], '"])'))}`);
    }
  };
  holds(gateway, 'gateway');
  reaches(gateway.reach, 'gateway');
  for (const [index, server] of servers.entries()) {
    const id = `server${index + 1}`;
    lines.push(node(id, ...boxOf(server)), `gateway --> ${id}`);
    holds(server, id);
    reaches(targetsOf(server), id);
  }
  const comments = notes.map((note) => `%% ${note}`);
  return ['flowchart LR', ...[...comments, ...nodes.lines, ...lines].map((line) => `  ${line}`), ''].join('\n');
}

function boxOf({ name, kind, what }: GraphServer): [open: string, texts: string[], close: string] {
  return kind === 'container' ? ['["', [name, what], '"]'] : ['>"', [name, 'runs elsewhere'], '"]'];
}

/** Everything that it may connect to, each as one text. */
function targetsOf({ reach: { scope, targets } }: GraphServer): string[] {
  return scope === 'everything' || scope === 'internet' ? [scopeWords[scope], ...targets] : [...targets];
}

function node(id: string, open: string, texts: readonly string[], close: string): string {
  return `${id}${open}${texts.map(escape).join('<br/>')}${close}`;
}

/**
 * All but letters, digits, and what is between two of these, by the number of the character, which Mermaid writes `#60;`.
 * A colon before a letter may be an icon: `fa:fa-car`.
 */
function escape(text: string): string {
  return printable(text).replace(
    /[^\p{L}\p{N} .,/:-]|(?<![\p{L}\p{N}])[.,/:-]|[.,/-](?![\p{L}\p{N}])|:(?!\p{N})/gu,
    (char) => `#${char.codePointAt(0)};`,
  );
}

/** What several servers have is one node. */
class Nodes {
  readonly lines: string[] = [];
  readonly #ids = new Map<string, string>();

  add(kind: string, key: string, write: (id: string) => string): string {
    const known = this.#ids.get(`${kind} ${key}`);
    if (known !== undefined) return known;
    const id = `${kind}${this.#ids.size + 1}`;
    this.#ids.set(`${kind} ${key}`, id);
    this.lines.push(write(id));
    return id;
  }
}
