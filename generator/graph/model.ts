// A deployment as a picture has it: the gateway, its servers, what they hold, and what they may reach. Texts in it are hostile.

/** From the widest to the narrowest; `called`: there is no pod, and the gateway or the relay calls it. */
export const scopes = ['everything', 'internet', 'hosts', 'custom', 'called', 'nothing'] as const;
export type Scope = (typeof scopes)[number];

/** What network policies let a server connect to. */
export interface Reach {
  readonly scope: Scope;
  /** Hosts, addresses and peers, each in one line; of `everything`, `internet` and `nothing` only what is opened besides. */
  readonly targets: readonly string[];
}

export interface HeldSecret {
  readonly name: string;
  /** Absent: all of them. */
  readonly key?: string;
  /** The variable or the path that it has in the container. */
  readonly as: string;
}

export interface HeldVolume {
  /** Where its files are from, in a few words. */
  readonly source: string;
  readonly mountPath: string;
  readonly readOnly: boolean;
  /** The same for two servers that see the same files; absent: no other server can. */
  readonly id?: string;
}

export interface Held {
  readonly secrets: readonly HeldSecret[];
  readonly volumes: readonly HeldVolume[];
}

export interface GraphServer extends Held {
  readonly name: string;
  readonly kind: 'container' | 'remote' | 'internal';
  /** The image, or the URL of a server that runs elsewhere. */
  readonly what: string;
  readonly reach: Reach;
}

export interface Graph {
  readonly gateway: Held & {
    readonly image: string;
    /** Absent: it is off. */
    readonly relay?: string;
    /** Peers of its own. */
    readonly reach: readonly string[];
  };
  /** Those with the same reach beside each other, from the widest to the narrowest; then by name. */
  readonly servers: readonly GraphServer[];
  /** The other servers that get at the same, by `secretId` or the id of a volume. */
  readonly users: ReadonlyMap<string, readonly string[]>;
  /** What the picture alone would not tell, in sentences. */
  readonly notes: readonly string[];
}

export function secretId({ name, key }: HeldSecret): string {
  return `secret ${name}/${key ?? '*'}`;
}

/** A scope in words; of the others, the targets say it. */
export const scopeWords: Readonly<Record<Scope, string>> = {
  everything: 'everything',
  internet: 'the public internet',
  hosts: 'only these hosts',
  custom: 'only these peers',
  called: 'runs at',
  nothing: 'nothing',
};
