// `mcpgen pull REFERENCE`: a catalog or profile that Docker pushed to a registry, as a file to compile from.

import type { Command } from 'commander';
import { usageTexts } from '../diagnostics/table/usage.ts';
import { locate } from '../image/lock-images.ts';
import { printable } from '../printable.ts';
import { readArtifact } from '../registry/artifact.ts';
import { RegistryClient } from '../registry/client.ts';
import { RegistryError } from '../registry/error.ts';
import { parseReference, pinReference } from '../registry/reference.ts';
import { addHelp, groups } from './help.ts';
import { type Io, UsageError, writeTextFile } from './io.ts';
import { once } from './options.ts';
import { registryOptions } from './registry-access.ts';
import { addRegistryOptions, type RegistryAccessOptions } from './registry-options.ts';

interface PullOptions extends RegistryAccessOptions {
  readonly output?: string;
}

export function pullCommand(command: Command, io: Io): Command {
  command.argument('<reference>', 'the reference that docker mcp catalog push or docker mcp profile push used');
  addRegistryOptions(command)
    .optionsGroup(groups.output)
    .option(
      '-o, --output <file>',
      'write to this file, or to standard output (-) (default: its name, with .yaml)',
      once,
    );
  return addHelp(command, pullExamples).action((reference: string, options: PullOptions) =>
    runPull(reference, options, io),
  );
}

const pullExamples = [
  'mcpgen pull registry.example/team/catalog:v1',
  'mcpgen pull registry.example/team/catalog:v1 -o catalog.yaml',
];

async function runPull(text: string, options: PullOptions, io: Io): Promise<void> {
  const client = new RegistryClient(await registryOptions(options, io));
  try {
    const own = client.until(AbortSignal.timeout(options.timeout * 60_000));
    const { kind, digest, json } = await readArtifact(own, locate(text, options.registryMap));
    const pinned = printable(pinReference(text, digest));
    const header = `# The ${kind} ${pinned}, written by mcpgen pull. Commit this file.\n`;
    // Every JSON text is YAML; a profile's numbers keep their kind.
    const body = `${header}${JSON.stringify(json, undefined, 2)}\n`;
    const name = options.output ?? `${nameOf(text)}.yaml`;
    await writeTextFile(name, body, io);
    await io.writeError(`${printable(name)}: the ${kind} ${pinned}\n`);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    throw new UsageError(usageTexts.pull({ reference: printable(text), problem: error.message }));
  } finally {
    client.close();
  }
}

/** The last part of the repository. */
function nameOf(text: string): string {
  const reference = parseReference(text);
  return 'reason' in reference ? 'catalog' : (reference.repository.split('/').at(-1) ?? 'catalog');
}
