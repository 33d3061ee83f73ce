// Subscriptions of protocol 2026-07-28: the stream of a gateway session, filtered to what the client asked for.

import { isObject } from '../relay/messages.ts';
import { event } from './answer.ts';
import type { EndpointParts, Visit } from './endpoint.ts';
import { type Gateway, isLost, readText, unavailable } from './gateway.ts';
import { type ClientMessage, textOf } from './message.ts';
import { metaPrefix } from './modern.ts';
import { ErrorCode, Refusal } from './refusal.ts';
import type { Attached, Session } from './session.ts';
import { endWithToken, listen, type Passing } from './stream.ts';

type Fields = { readonly [field: string]: unknown };

const lists = ['tools', 'prompts', 'resources'];
const maxResources = 100;

interface Wanted {
  readonly lists: readonly string[];
  readonly resources: readonly string[];
}

/** Serves the request until its client leaves or the door stops; `session` serves only this request. */
export async function subscribe(
  parts: EndpointParts,
  session: Session,
  { response, caller, headers }: Visit,
  message: ClientMessage,
): Promise<Refusal | undefined> {
  const end = async (refusal?: Refusal): Promise<Refusal | undefined> => {
    await parts.sessions.end(session);
    return refusal;
  };
  const filter = message.params['notifications'];
  const refuse = (status: number, code: number, text: string): Promise<Refusal | undefined> =>
    end(new Refusal(status, code, text, {}, { id: message.id }));
  if (!isObject(filter)) return refuse(400, ErrorCode.InvalidParams, 'params.notifications must be an object');
  const attached = await session.attach(Date.now() + parts.waitMs);
  if (isLost(attached)) return refuse(503, ErrorCode.Lost, unavailable(attached));
  const wanted = honored(filter, attached);
  for (const uri of wanted.resources) {
    const { error } = await parts.policy.judge(caller, { ...message, method: 'resources/subscribe', params: { uri } });
    if (error) return refuse(200, error.code, error.message);
  }
  endWithToken(response, caller);
  await session.use(() => listen(parts, session, response, headers, passingOf(parts.gateway, message.id, wanted)));
  return end();
}

/** The part of its requests that the gateway can fulfil. */
function honored(filter: Fields, { greeting }: Attached): Wanted {
  const { capabilities } = JSON.parse(greeting) as { readonly capabilities?: { readonly [kind: string]: Fields } };
  const uris = filter['resourceSubscriptions'];
  const texts = Array.isArray(uris) ? uris.map(textOf).filter((uri) => uri !== undefined) : [];
  return {
    lists: lists.filter(
      (kind) => filter[`${kind}ListChanged`] === true && capabilities?.[kind]?.['listChanged'] === true,
    ),
    resources: capabilities?.['resources']?.['subscribe'] === true ? texts.slice(0, maxResources) : [],
  };
}

function passingOf(gateway: Gateway, id: string, wanted: Wanted): Passing {
  const meta = { [`${metaPrefix}subscriptionId`]: JSON.parse(id) as unknown };
  const told = (method: string, params: Fields): string =>
    JSON.stringify({ jsonrpc: '2.0', method, params: { ...params, _meta: meta } });
  const notifications = {
    ...Object.fromEntries(wanted.lists.map((kind) => [`${kind}ListChanged`, true])),
    ...(wanted.resources.length > 0 && { resourceSubscriptions: wanted.resources }),
  };
  const methods = wanted.lists.map((kind) => `notifications/${kind}/list_changed`);
  return {
    opening: event(told('notifications/subscriptions/acknowledged', { notifications })),
    pass(text) {
      const { method, params } = JSON.parse(text) as { readonly method?: string; readonly params?: Fields };
      const isOfResource =
        method === 'notifications/resources/updated' && wanted.resources.includes(String(params?.['uri']));
      return method !== undefined && (isOfResource || methods.includes(method))
        ? told(method, params ?? {})
        : undefined;
    },
    async attached({ id: session, version }) {
      for (const [index, uri] of wanted.resources.entries()) {
        const body = JSON.stringify({ jsonrpc: '2.0', id: index, method: 'resources/subscribe', params: { uri } });
        const reply = await gateway.send({ method: 'POST', session, version, body });
        if (!isLost(reply)) await readText(reply);
      }
    },
    closing: event(`{"jsonrpc":"2.0","id":${id},"result":${JSON.stringify({ resultType: 'complete', _meta: meta })}}`),
  };
}
