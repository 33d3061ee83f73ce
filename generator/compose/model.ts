// The parts of a Compose file that mcpgen writes (compose-spec.json), and the files that its containers read.

/** An entry of `volumes` of a service. */
export interface ServiceMount {
  readonly type: 'volume' | 'bind' | 'image';
  readonly source: string;
  readonly target: string;
  readonly read_only?: true;
  readonly volume?: { readonly nocopy?: true; readonly subpath?: string };
  readonly bind?: { readonly create_host_path: false };
  readonly image?: { readonly subpath: string };
}

/** A file of `configs` or `secrets` in a container. */
export interface ServiceFile {
  readonly source: string;
  readonly target: string;
}

export interface Service {
  readonly image: string;
  readonly pull_policy?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly working_dir?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly group_add?: readonly string[];
  readonly init?: true;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly volumes?: readonly ServiceMount[];
  readonly configs?: readonly ServiceFile[];
  readonly secrets?: readonly ServiceFile[];
  readonly network_mode?: string;
  readonly networks?: Readonly<Record<string, { readonly aliases?: readonly string[] }>>;
  readonly extra_hosts?: readonly string[];
  readonly ports?: readonly string[];
  readonly deploy?: { readonly resources: { readonly limits: { readonly cpus?: string; readonly memory?: string } } };
  readonly healthcheck?: {
    readonly test: readonly string[];
    readonly interval: string;
    readonly timeout: string;
    readonly retries: number;
    readonly start_period: string;
    readonly start_interval: string;
  };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string; readonly restart?: true }>>;
  readonly restart?: string;
  readonly stop_grace_period?: string;
}

/** A Compose file. `volumes`, `configs` and `secrets` are those that services name. */
export interface ComposeFile {
  readonly name: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: true }>>;
  readonly volumes: Readonly<Record<string, { readonly external?: true }>>;
  readonly configs: Readonly<Record<string, { readonly content: string }>>;
  readonly secrets?: Readonly<Record<string, { readonly file: string }>>;
}

/** Files of the chart that containers run. */
export interface ChartFiles {
  /** By name: `init.sh` and so on. */
  readonly bridge: ReadonlyMap<string, string>;
  readonly gateway: ReadonlyMap<string, string>;
  readonly relay: string;
}
