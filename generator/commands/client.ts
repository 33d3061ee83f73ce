// `mcpgen client NAME --url URL`: what a client's configuration needs to reach a gateway, from a template.

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { Argument, type Command, InvalidArgumentError } from 'commander';
import { renderSnippet } from '../clients/snippet.ts';
import { type GatewayUrl, isVariableName, parseGatewayUrl, urlForm } from '../clients/target.ts';
import { usageTexts } from '../diagnostics/table/usage.ts';
import { packageFile } from '../package.ts';
import { printable } from '../printable.ts';
import { addHelp, groups } from './help.ts';
import { type Io, readTextFile, UsageError } from './io.ts';
import { once } from './options.ts';

/** `vscode.json.hbs` is the template of the client `vscode`. */
const ending = /^([\w-]+)(\.\w+)*\.hbs$/;
const ownFolder = fileURLToPath(packageFile('templates/clients'));

interface ClientOptions {
  readonly url: GatewayUrl;
  readonly tokenEnv: string;
  readonly templates?: string;
}

export function clientCommand(command: Command, io: Io): Command {
  const own = templatesIn(ownFolder);
  command
    .addArgument(new Argument('<client>', 'which program connects').choices([...own.keys()]))
    .optionsGroup(groups.inputs)
    .requiredOption('--url <url>', `where the gateway is: ${urlForm}`, parseUrl)
    .option('--token-env <name>', 'variable that has the token', parseVariable, 'MCP_GATEWAY_AUTH_TOKEN')
    .option('--templates <folder>', 'use the templates of this folder, where it has one of the client', once);
  return addHelp(command, clientExamples).action(async (name: string, options: ClientOptions) => {
    const { templates } = options;
    const file = (templates === undefined ? undefined : templatesIn(templates).get(name)) ?? own.get(name) ?? '';
    await runClient(file, options, io);
  });
}

const clientExamples = [
  'mcpgen client vscode --url https://mcp.example.com/mcp > mcp.json',
  'mcpgen client claude-code --url http://localhost:8811/mcp --token-env MCP_TOKEN',
];

function parseUrl(text: string): GatewayUrl {
  const url = parseGatewayUrl(text);
  if (!url) throw new InvalidArgumentError(`\nIt has the form ${urlForm}.`);
  return url;
}

function parseVariable(text: string): string {
  if (isVariableName(text)) return text;
  throw new InvalidArgumentError('\nIt is the name of a variable, e.g. MCP_TOKEN.');
}

async function runClient(file: string, { url, tokenEnv }: ClientOptions, io: Io): Promise<void> {
  const { text } = await readTextFile(file, io);
  const { text: snippet, note } = renderOf(file, text, url, tokenEnv);
  if (note !== undefined) await io.writeError(`${printable(note)}\n`);
  await io.writeOut(snippet);
}

function renderOf(file: string, ...args: Parameters<typeof renderSnippet>): ReturnType<typeof renderSnippet> {
  try {
    return renderSnippet(...args);
  } catch (error) {
    throw new UsageError(usageTexts.template({ name: file, problem: printable((error as Error).message) }));
  }
}

/** The templates of a folder, by client. */
function templatesIn(folder: string): ReadonlyMap<string, string> {
  try {
    const names = readdirSync(folder).toSorted();
    return new Map(names.flatMap((name) => clientsOf(name).map((client) => [client, join(folder, name)] as const)));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(usageTexts.file({ action: 'read', name: folder, code, message }));
  }
}

/** The client that a file is the template of, if it is one. */
function clientsOf(name: string): string[] {
  return ending.exec(name)?.slice(1, 2) ?? [];
}
