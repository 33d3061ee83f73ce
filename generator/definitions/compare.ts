// The tools that a gateway offers, by server, compared with what the values and the lock say of them.

import { compare } from '../diagnostics.ts';
import type { RecordedTools } from '../image/lock.ts';
import {
  type DefinitionHashes,
  type DefinitionPart,
  definitionParts,
  hashDefinition,
  isSameDefinition,
} from './definition.ts';

/** A tool as a gateway lists it. */
export interface ListedTool {
  readonly name: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** What the values say of a server's tools. */
export interface ExpectedServer {
  readonly name: string;
  readonly prefix?: string;
  /** Tools that the catalog names. */
  readonly tools?: readonly string[];
  /** The only tools that are offered. */
  readonly allowTools?: readonly string[];
}

export interface Difference {
  readonly kind: 'missing' | 'extra' | 'changed';
  readonly tool: string;
  /** Of a changed definition: what has changed. */
  readonly parts?: readonly DefinitionPart[];
}

export interface VerifiedServer {
  readonly server: string;
  /** How many tools the gateway offers of it. */
  readonly tools: number;
  /** Whether the lock has its definitions; otherwise only names are compared. */
  readonly isRecorded: boolean;
  readonly differences: readonly Difference[];
}

export interface Verification {
  readonly servers: readonly VerifiedServer[];
  /** Tools of which nothing says which server has them. */
  readonly unknown: readonly string[];
}

/** By server, and those whose server is unknown. */
interface Attributed {
  readonly byServer: ReadonlyMap<string, ReadonlyMap<string, DefinitionHashes>>;
  readonly unknown: readonly string[];
}

export function verify(
  listed: readonly ListedTool[],
  servers: readonly ExpectedServer[],
  recorded: RecordedTools,
): Verification {
  const { byServer, unknown } = attribute(listed, servers, recorded);
  return {
    servers: servers.map((server) =>
      compareServer(server, byServer.get(server.name) ?? new Map(), recorded.get(server.name)),
    ),
    unknown,
  };
}

/** What the lock is to have: the definitions as they are now. A server that offers nothing keeps what is recorded of it. */
export function record(
  listed: readonly ListedTool[],
  servers: readonly ExpectedServer[],
  recorded: RecordedTools,
): RecordedTools {
  return new Map([...recorded, ...attribute(listed, servers, recorded).byServer]);
}

function compareServer(
  { name, tools = [], allowTools }: ExpectedServer,
  offered: ReadonlyMap<string, DefinitionHashes>,
  recorded: ReadonlyMap<string, DefinitionHashes> | undefined,
): VerifiedServer {
  const isAllowed = (tool: string): boolean => allowTools === undefined || allowTools.includes(tool);
  const expected = recorded ? [...recorded.keys()] : tools;
  const missing = expected.filter((tool) => isAllowed(tool) && !offered.has(tool));
  const differences = [...offered].flatMap(([tool, now]): Difference[] => {
    const before = recorded?.get(tool);
    // A server of which nothing is known may have any tools.
    if (!expected.includes(tool)) return expected.length > 0 ? [{ kind: 'extra', tool }] : [];
    if (!before || isSameDefinition(before.definition, now.definition)) return [];
    return [{ kind: 'changed', tool, parts: definitionParts.filter((part) => before[part] !== now[part]) }];
  });
  return {
    server: name,
    tools: offered.size,
    isRecorded: recorded !== undefined,
    differences: [...differences, ...missing.map((tool): Difference => ({ kind: 'missing', tool }))].sort(
      (a, b) => compare(a.kind, b.kind) || compare(a.tool, b.tool),
    ),
  };
}

function attribute(
  listed: readonly ListedTool[],
  servers: readonly ExpectedServer[],
  recorded: RecordedTools,
): Attributed {
  const byServer = new Map<string, Map<string, DefinitionHashes>>();
  const unknown: string[] = [];
  for (const { name, value } of listed) {
    const owner = ownerOf(name, servers, recorded);
    if (!owner) {
      unknown.push(name);
      continue;
    }
    const own = owner.prefix ? name.slice(owner.prefix.length + separator.length) : name;
    const tools = byServer.get(owner.name) ?? new Map<string, DefinitionHashes>();
    byServer.set(owner.name, tools.set(own, hashDefinition(own, value)));
  }
  return { byServer, unknown: unknown.sort(compare) };
}

/** What the gateway puts between a prefix and a tool's name. */
const separator = '__';

/** By prefix, then by name; a tool that no server is known to have belongs to the only one that may have any. */
function ownerOf(
  tool: string,
  servers: readonly ExpectedServer[],
  recorded: RecordedTools,
): ExpectedServer | undefined {
  const byPrefix = servers
    .filter(({ prefix }) => prefix && tool.startsWith(prefix + separator))
    .sort((a, b) => (b.prefix?.length ?? 0) - (a.prefix?.length ?? 0))[0];
  if (byPrefix) return byPrefix;
  const bare = servers.filter(({ prefix }) => !prefix);
  const known = ({ name, tools = [], allowTools = [] }: ExpectedServer): readonly string[] => [
    ...(recorded.get(name)?.keys() ?? []),
    ...tools,
    ...allowTools,
  ];
  const byName = bare.find((server) => known(server).includes(tool));
  if (byName) return byName;
  const open = bare.filter((server) => known(server).length === 0);
  return open.length === 1 ? open[0] : bare.length === 1 ? bare[0] : undefined;
}
