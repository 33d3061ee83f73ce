// A headless Chromium, if there is one: a page in it, by the DevTools protocol over two pipes.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
export const chromium = programs.find((name) => spawnSync(name, ['--version']).status === 0);

type Fields = Readonly<Record<string, unknown>>;
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Fields;
  readonly result?: Fields;
  readonly error?: { readonly message: string };
}

export interface Page {
  /** What a command of the protocol answers. */
  send(method: string, params?: Fields): Promise<Fields>;
  /** The value of an expression in the page. */
  evaluate(expression: string): Promise<unknown>;
  /** What the page complained about: exceptions, and what its policy forbids. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** Opens a file, and waits until it is loaded. */
export async function openPage(program: string, url: string): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), 'mcpgen-chromium-'));
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--remote-debugging-pipe', `--user-data-dir=${profile}`];
  const child = spawn(program, [...args, 'about:blank'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const [, , , input, output] = child.stdio as unknown as [null, null, null, Writable, Readable];
  const waiting = new Map<number, (message: Message) => void>();
  const complaints: string[] = [];
  let isLoaded = (): void => undefined;
  const loaded = new Promise<void>((resolve) => (isLoaded = resolve));
  let rest = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop() ?? '';
    for (const message of messages.map((one) => JSON.parse(one) as Message)) {
      if (message.id !== undefined) waiting.get(message.id)?.(message);
      if (message.method === 'Page.loadEventFired') isLoaded();
      if (['Runtime.exceptionThrown', 'Log.entryAdded'].includes(message.method ?? ''))
        complaints.push(JSON.stringify(message.params));
    }
  });
  let session: unknown;
  const send = async (method: string, params: Fields = {}): Promise<Fields> => {
    const id = waiting.size + 1;
    const answer = new Promise<Message>((resolve) => waiting.set(id, resolve));
    input.write(`${JSON.stringify({ id, method, params, ...(session !== undefined && { sessionId: session }) })}\0`);
    const { result, error } = await answer;
    if (!result) throw new Error(`${method}: ${error?.message}`);
    return result;
  };
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  session = (await send('Target.attachToTarget', { targetId, flatten: true }))['sessionId'];
  for (const domain of ['Page', 'Runtime', 'Log']) await send(`${domain}.enable`);
  await send('Page.navigate', { url });
  await loaded;
  return {
    send,
    complaints,
    evaluate: async (expression) => {
      const { result, exceptionDetails } = await send('Runtime.evaluate', { expression, returnByValue: true });
      if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
      return (result as Fields)['value'];
    },
    close: async () => {
      child.kill();
      await ended;
      // Its helper processes may write for some seconds more.
      await rm(profile, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}
