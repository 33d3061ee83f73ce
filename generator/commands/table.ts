// The sub-commands, in the order of `--help`. A new one is a row here and a file that declares its options and runs it.

import type { Command } from 'commander';
import type { Io } from './io.ts';

/** Adds the arguments, options and action of a command. */
export type Declare = (command: Command, io: Io, exit: (status: number) => void) => unknown;

interface SubCommand {
  readonly name: string;
  readonly description: string;
  /** Its file, which is read when the command runs: `mcpgen --help` needs none of them. */
  readonly load: () => Promise<Declare>;
}

export const subCommands: readonly SubCommand[] = [
  {
    name: 'init',
    description: 'Write a catalog, a config and an overlay to start from.',
    load: async () => (await import('./init.ts')).initCommand,
  },
  {
    name: 'evaluate',
    description: 'Show the command, environment, volumes and user that the gateway would pass to docker run.',
    load: async () => (await import('./evaluate.ts')).evaluateCommand,
  },
  {
    name: 'explain',
    description:
      'Compare each server under Docker and in the cluster: what is kept, changed or lost, why, and how to change it.',
    load: async () => (await import('./explain.ts')).explainCommand,
  },
  {
    name: 'lock',
    description: 'Write a lock file: the entrypoint, user, digest and permissions of each image.',
    load: async () => (await import('./lock.ts')).lockCommand,
  },
  {
    name: 'pull',
    description: 'Download a catalog or profile from a registry, and record its digest in the file.',
    load: async () => (await import('./pull.ts')).pullCommand,
  },
  {
    name: 'mend',
    description: 'Write an image that other users than root can run: one more layer opens what is closed to them.',
    load: async () => (await import('./mend.ts')).mendCommand,
  },
  {
    name: 'images',
    description: 'List every image that a deployment needs, for a mirror or as an admission policy.',
    load: async () => (await import('./images.ts')).imagesCommand,
  },
  {
    name: 'status',
    description:
      'Show the state of a running release: servers, tools, sessions, calls. Exit status 1 if the gateway or a required server does not serve.',
    load: async () => (await import('./status.ts')).statusCommand,
  },
  {
    name: 'compose',
    description: 'Write a Docker Compose file that runs the same servers on one host.',
    load: async () => (await import('./compose.ts')).composeCommand,
  },
  {
    name: 'tenants',
    description: 'Write a namespace and values for each tenant, and print the resources that they request.',
    load: async () => (await import('./tenants.ts')).tenantsCommand,
  },
  {
    name: 'verify',
    description: 'Compare the tools that a gateway offers with the catalog and the lock. Exit status 1 if they differ.',
    load: async () => (await import('./verify.ts')).verifyCommand,
  },
  {
    name: 'secrets',
    description: 'Write a file of the secrets to fill in, check what is missing, or write manifests of Secrets.',
    load: async () => (await import('./secrets.ts')).secretsCommand,
  },
  {
    name: 'diff',
    description: 'Show what a change of catalogs or values means for security.',
    load: async () => (await import('./diff.ts')).diffCommand,
  },
  {
    name: 'graph',
    description: 'Draw the gateway, its servers, what they hold and what they may reach, as Mermaid or SVG.',
    load: async () => (await import('./graph.ts')).graphCommand,
  },
  {
    name: 'report',
    description:
      'Write a page for a security review: servers, users, egress, secrets, what was refused or is different.',
    load: async () => (await import('./report.ts')).reportCommand,
  },
  {
    name: 'client',
    description: 'Print what an MCP client needs in its configuration to use a gateway.',
    load: async () => (await import('./client.ts')).clientCommand,
  },
  {
    name: 'schema',
    description: 'Print the JSON Schema of a kind of file, for editors.',
    load: async () => (await import('./schema.ts')).schemaCommand,
  },
  {
    name: 'completion',
    description: 'Print a script that completes commands and options in bash, zsh or fish.',
    load: async () => (await import('./completion.ts')).completionCommand,
  },
];
