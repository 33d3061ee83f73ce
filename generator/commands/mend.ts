// `mcpgen mend IMAGE --to REF`: where only root can run an image, another one in its place that opens what is closed.

import type { Command } from 'commander';
import { usageTexts } from '../diagnostics/table/usage.ts';
import { formatMode } from '../image/facts.ts';
import { isForeign, locate } from '../image/lock-images.ts';
import { type Plan, planImage } from '../mend/plan.ts';
import { pushPlan, topOf } from '../mend/push.ts';
import { printable } from '../printable.ts';
import { RegistryClient } from '../registry/client.ts';
import { RegistryError } from '../registry/error.ts';
import { formatReference, parseReference, pinReference, type Reference } from '../registry/reference.ts';
import { Uploader } from '../registry/upload.ts';
import { addHelp, groups } from './help.ts';
import { type Io, UsageError } from './io.ts';
import { once } from './options.ts';
import { registryOptions } from './registry-access.ts';
import { addRegistryOptions, type RegistryAccessOptions } from './registry-options.ts';

interface MendOptions extends RegistryAccessOptions {
  readonly to: string;
  readonly push?: boolean;
}

export function mendCommand(command: Command, io: Io): Command {
  command.argument('<image>', 'an image that only root can run');
  addRegistryOptions(command)
    .optionsGroup(groups.output)
    .requiredOption('--to <reference>', 'repository and tag of the new image', once)
    .option('--push', 'write the new image; without it, only show what would change');
  return addHelp(command, mendExamples).action((image: string, options: MendOptions) => runMend(image, options, io));
}

const mendExamples = [
  'mcpgen mend mcp/fetch --to registry.example/mcp/fetch:open',
  'mcpgen mend mcp/fetch --to registry.example/mcp/fetch:open --push',
];

async function runMend(image: string, options: MendOptions, io: Io): Promise<void> {
  const client = new RegistryClient(await registryOptions(options, io));
  try {
    const own = client.until(AbortSignal.timeout(options.timeout * 60_000));
    const from = locate(image, options.registryMap);
    const to = target(options.to, from);
    const plan = await planImage(own, from, nameOf(image));
    const changes = describeChanges(plan);
    const top = topOf(plan);
    if (changes === '' || !top) {
      const other = `${printable(image)}: other users than root can run it, nothing is to be changed\n`;
      return await io.writeError(other);
    }
    const pinned = printable(pinReference(options.to, top.digest));
    if (!options.push) {
      await io.writeOut(changes);
      return await io.writeError(`${pinned} would have these modes; --push writes it\n`);
    }
    await io.writeError(changes);
    const pushed = await pushPlan(new Uploader(own, from, to), plan, to.tag ?? 'latest');
    await io.writeOut(`${pinned}\n`);
    await io.writeError(`${pinned}: ${pushed ? describePushed(pushed) : 'it already exists'}\n`);
  } catch (error) {
    if (!isForeign(error)) throw error;
    const problem = error instanceof RegistryError ? error.message : `a layer cannot be read: ${error.message}`;
    throw new UsageError(usageTexts.openImage({ image: printable(image), problem: printable(problem) }));
  } finally {
    client.close();
  }
}

/** The image in full, as the catalog means it, whatever registry it is read from. */
function nameOf(image: string): string {
  const reference = parseReference(image);
  if ('reason' in reference) return image;
  return formatReference(reference.digest === undefined ? { tag: 'latest', ...reference } : reference);
}

function target(text: string, from: Reference): Reference {
  const to = parseReference(text);
  if ('reason' in to) throw new UsageError(usageTexts.openTarget({ reference: printable(text), problem: to.reason }));
  const problem =
    to.digest !== undefined
      ? 'its digest is not known yet; write REPOSITORY:TAG'
      : formatReference({ tag: 'latest', ...to }) === formatReference({ tag: 'latest', ...from })
        ? 'it is the image itself; choose another tag or repository'
        : undefined;
  if (problem !== undefined) throw new UsageError(usageTexts.openTarget({ reference: printable(text), problem }));
  return to;
}

/** A line for each mode: `linux/amd64 /root 0700 -> 0711`. */
function describeChanges({ images }: Plan): string {
  return images
    .flatMap(({ platform, changes }) =>
      changes.map(({ path, from, to }) => `${platform} ${printable(path)} ${formatMode(from)} -> ${formatMode(to)}\n`),
    )
    .join('');
}

function describePushed(pushed: Readonly<Record<string, number>>): string {
  const words: Readonly<Record<string, string>> = { present: 'there already' };
  const parts = Object.entries(pushed).flatMap(([way, count]) => (count > 0 ? [`${count} ${words[way] ?? way}`] : []));
  return `written, blobs: ${parts.join(', ')}`;
}
