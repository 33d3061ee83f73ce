// All that a client can see of server-everything through the gateway, as a transcript that two ways to run it can be compared by.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  McpError,
  type Progress,
  type Result,
  ResultSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { connect } from './client.ts';

type Params = Record<string, unknown>;

interface Exchange {
  request: string;
  /** What came of it: a result, or the error's code and message. */
  answer: unknown;
  /** All but the last, which the answer may overtake. */
  progress: Progress[];
}

export interface Transcript {
  exchanges: Exchange[];
  /** What the server asked the client, each once: when it does is not fixed. */
  asked: string[];
  /** Notifications outside of requests, each method once. */
  notified: string[];
}

const TEXT = 'demo://resource/dynamic/text/1';
const template = { type: 'ref/resource', uri: 'demo://resource/dynamic/text/{resourceId}' };
const prompt = { type: 'ref/prompt', name: 'completable-prompt' };
const tool = (name: string, args: Params = {}): [string, Params] => ['tools/call', { name, arguments: args }];

/** Every tool of the server, most other requests that there are, and some that it has to refuse. */
const REQUESTS: [method: string, params?: Params][] = [
  ['ping'],
  ['logging/setLevel', { level: 'debug' }],
  ['tools/list'],
  tool('echo', { message: 'hello, wörld' }),
  tool('echo'),
  tool('no-such-tool'),
  tool('get-annotated-message', { messageType: 'error', includeImage: true }),
  tool('get-env'),
  tool('get-resource-links', { count: 3 }),
  tool('get-resource-reference', { resourceType: 'Text', resourceId: 1 }),
  tool('get-structured-content', { location: 'Chicago' }),
  tool('get-sum', { a: 20, b: 22 }),
  tool('get-tiny-image'),
  tool('gzip-file-as-resource', { name: 'a.gz', data: 'data:text/plain,hello', outputType: 'resource' }),
  tool('simulate-research-query', { topic: 'relays' }),
  tool('trigger-long-running-operation', { duration: 1, steps: 4 }),
  tool('trigger-sampling-request', { prompt: 'hello', maxTokens: 10 }),
  tool('trigger-elicitation-request'),
  tool('get-roots-list'),
  ['resources/subscribe', { uri: TEXT }],
  tool('toggle-subscriber-updates'), // on, and off again
  tool('toggle-subscriber-updates'),
  ['resources/unsubscribe', { uri: TEXT }],
  tool('toggle-simulated-logging'),
  tool('toggle-simulated-logging'),
  ['prompts/list'],
  ['prompts/get', { name: 'simple-prompt' }],
  ['prompts/get', { name: 'args-prompt', arguments: { city: 'Paris', state: 'Texas' } }],
  ['prompts/get', { name: 'args-prompt' }],
  ['prompts/get', { name: 'completable-prompt', arguments: { department: 'Sales', name: 'Eve' } }],
  ['prompts/get', { name: 'resource-prompt', arguments: { resourceType: 'Text', resourceId: '1' } }],
  ['prompts/get', { name: 'no-such-prompt' }],
  ['resources/list'],
  ['resources/templates/list'],
  ['resources/read', { uri: TEXT }],
  ['resources/read', { uri: 'demo://resource/dynamic/blob/2' }],
  ['resources/read', { uri: 'demo://no-such-resource' }],
  ['completion/complete', { ref: template, argument: { name: 'resourceId', value: '1' } }],
  ['completion/complete', { ref: prompt, argument: { name: 'department', value: 'S' } }],
  ['no/such-method'],
];

/** Makes all requests in one session, answers what the server asks for, and at last cancels a call. */
export async function transcribe(url: string, token: string): Promise<Transcript> {
  const capabilities = { sampling: {}, elicitation: { form: {} }, roots: { listChanged: true } };
  const client = new Client({ name: 'mcpgen-e2e', version: '1' }, { capabilities });
  const asked = new Set<string>();
  const notified = new Set<string>();
  const answer =
    <T>(result: T) =>
    ({ method, params }: { method: string; params?: unknown }): T => {
      asked.add(masked(`${method} ${JSON.stringify(params ?? {})}`));
      return result;
    };
  const sample = { model: 'none', role: 'assistant' as const, content: { type: 'text' as const, text: 'good day' } };
  client.setRequestHandler(CreateMessageRequestSchema, answer(sample));
  client.setRequestHandler(ElicitRequestSchema, answer({ action: 'accept' as const, content: { name: 'Ada' } }));
  client.setRequestHandler(ListRootsRequestSchema, answer({ roots: [{ uri: 'file:///here', name: 'here' }] }));
  client.setNotificationHandler(LoggingMessageNotificationSchema, async ({ method }) => void notified.add(method));
  client.fallbackNotificationHandler = async ({ method }) => void notified.add(method);
  await connect(url, token, client);

  const exchanges: Exchange[] = [];
  for (const [method, params] of REQUESTS) exchanges.push(await exchange(client, method, params));
  exchanges.push(
    await cancel(client),
    await exchange(client, ...tool('echo', { message: 'after the cancelled call' })),
  );
  await client.close();
  return { exchanges, asked: [...asked].toSorted(), notified: [...notified].toSorted() };
}

async function exchange(client: Client, method: string, params?: Params): Promise<Exchange> {
  const progress: Progress[] = [];
  const onprogress = (step: Progress) => void (step.progress !== step.total && progress.push(step));
  const options = { timeout: 30_000, onprogress };
  const answer = await client.request({ method, ...(params && { params }) }, ResultSchema, options).catch(failure);
  return { request: `${method} ${JSON.stringify(params ?? {})}`, answer: plain(answer), progress };
}

/** Begins a call that would take ten seconds, and cancels it at its first progress. */
async function cancel(client: Client): Promise<Exchange> {
  const controller = new AbortController();
  const [method, params] = tool('trigger-long-running-operation', { duration: 10, steps: 50 });
  const options = { timeout: 30_000, signal: controller.signal, onprogress: () => controller.abort('enough') };
  const answer = await client.request({ method, params }, ResultSchema, options).catch(failure);
  return { request: 'cancel a call', answer: plain(answer), progress: [] };
}

const failure = (error: Error): Result => ({
  failed: error.message,
  ...(error instanceof McpError && { code: error.code }),
});

/** Lists in the order of their names, as the gateway's is by chance; and without what differs from run to run. */
function plain(result: Result): unknown {
  const entries = Object.entries(result).map(([key, value]) => [key, isList(key) ? sort(value as unknown[]) : value]);
  const inOrder = (_: string, value: unknown) => (typeof value === 'string' ? sortLines(value) : value);
  return JSON.parse(masked(JSON.stringify(Object.fromEntries(entries), inOrder)));
}

/** An object as JSON of several lines, such as an environment, which has no order. */
const sortLines = (text: string): string => (text.startsWith('{\n') ? text.split(/,?\n/).toSorted().join('\n') : text);

const isList = (key: string): boolean => ['tools', 'prompts', 'resources', 'resourceTemplates'].includes(key);

const sort = (list: unknown[]): unknown[] => list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** Times, addresses and names of pods and of ids; base64 is shown as the text that it is, so that times in it are masked too. */
function masked(text: string): string {
  return (
    text
      .replace(
        /"blob":"([\w+/=]+)"/g,
        (_, blob: string) => `"blob":${JSON.stringify(Buffer.from(blob, 'base64').toString())}`,
      )
      .replace(/\b\d\d?:\d\d:\d\d( [AP]M)?/g, '<time>')
      .replace(/\b\d+\.\d+\.\d+\.\d+\b/g, '<address>')
      .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<uuid>')
      .replace(/\bmcp-everything-\w+-\w{5}\b/g, '<pod>')
      // Without the relay, a pod's own name has a hash of its settings, by which the gateway waits for it.
      .replace(/\bmcp-everything-[0-9a-f]{10}\b/g, 'mcp-everything')
  );
}
