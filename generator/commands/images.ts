// `mcpgen images FILE...`: the images of values, a catalog or a lock, for a mirror or an admission controller.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { usageTexts } from '../diagnostics/table/usage.ts';
import { type Diagnostic, hasErrors } from '../diagnostics.ts';
import { imagesOfLock, imagesOfValues, listImages, type ListedImage } from '../deployment/list-images.ts';
import { readLock } from '../image/lock.ts';
import { kyvernoPolicy, sigstorePolicy, unpinned } from '../deployment/policy.ts';
import { defaultImages, wantedImages } from '../deployment/wanted.ts';
import { compile } from '../compile.ts';

import { mergeValues } from '../overlay.ts';
import { type CompileInput, select } from '../prepare.ts';
import { jsonText, printable } from '../printable.ts';
import { readSource, type SourceFile } from '../source.ts';
import { isTreeMap, type Tree } from '../tree.ts';
import { addHelp, groups } from './help.ts';
import { imageArgument } from '../image/self-described.ts';
import { addInputOptions, type InputOptions } from './input-options.ts';
import { readInputs, readLoadInput } from './inputs.ts';
import { type Io, readFiles, UsageError } from './io.ts';
import { finish } from './finish.ts';
import { addRegistryMapOption } from './registry-options.ts';
import { areValues } from './read-values.ts';

const formats = ['lines', 'json', 'kyverno', 'sigstore'] as const;

interface ImagesOptions extends InputOptions {
  readonly format: (typeof formats)[number];
  readonly namespace: string;
}

export function imagesCommand(command: Command, io: Io, exit: (status: number) => void): Command {
  addInputOptions(
    command.argument('<files...>', 'values files (the last one wins), catalogs, or a lock file; - is standard input'),
  );
  addRegistryMapOption(command)
    .optionsGroup(groups.output)
    .addOption(
      new Option('--format <format>', 'a list, or a policy for kyverno or sigstore').choices(formats).default('lines'),
    )
    .option('--namespace <name>', 'namespace of the servers, for policies', collectNamespace, 'mcp');
  return addHelp(command, imagesExamples).action(async (names: string[], options: ImagesOptions) => {
    exit(await runImages(names, options, io));
  });
}

const imagesExamples = [
  'mcpgen images values.yaml --registry-map docker.io=mirror.example/dockerhub',
  'mcpgen images mcp.lock.yaml --format kyverno --namespace mcp > policy.yaml',
];

function collectNamespace(text: string): string {
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text)) return text;
  throw new InvalidArgumentError('\nIt is a DNS label: lower-case letters, digits and hyphens, e.g. mcp.');
}

async function runImages(names: readonly string[], options: ImagesOptions, io: Io): Promise<number> {
  // A catalog that an image carries is in the lock, and no file.
  const areFiles = names.every((name) => imageArgument(name) === undefined);
  const files = areFiles ? await readFiles(names, io) : [];
  const diagnostics: Diagnostic[] = [];
  const sources = files.flatMap(({ name, text }) => {
    const { value, diagnostics: found } = readSource(name, text);
    diagnostics.push(...found);
    return value ?? [];
  });
  let uses = hasErrors(diagnostics) ? [] : findImages(sources, diagnostics);
  if (uses === undefined) {
    const catalogs = areFiles ? { ...(await readLoadInput([], options, io)), catalogs: files } : undefined;
    const inputs = await readInputs(names, options, io, catalogs);
    diagnostics.splice(0, diagnostics.length, ...inputs.diagnostics);
    uses = imagesOfCatalogs(inputs.input, diagnostics);
  }
  if (await finish(diagnostics, { format: 'text' }, io)) return 1;
  await io.writeOut(print(listImages(uses, options.registryMap), options));
  return 0;
}

type Uses = ReturnType<typeof imagesOfValues>;

/** By what the first file is: all must be of one kind. Undefined: catalogs. */
function findImages(sources: readonly SourceFile[], diagnostics: Diagnostic[]): Uses | undefined {
  const trees = sources.map(({ tree }) => tree);
  const [first] = sources;
  if (first && sources.length === 1 && has(first.tree, 'images')) {
    const { value, diagnostics: found } = readLock(first);
    diagnostics.push(...found);
    return value ? imagesOfLock(value) : [];
  }
  if (areValues(trees)) {
    return imagesOfValues(trees.reduce<Tree>((merged, tree) => mergeValues(merged, tree) as Tree, {}));
  }
  return undefined;
}

/** Those of the values that the catalogs compile to; of catalogs that do not compile yet, those that they name. */
function imagesOfCatalogs(input: CompileInput, diagnostics: Diagnostic[]): Uses {
  // Maps are for all images, the chart's own among them: listImages follows them.
  const text = compile({ ...input, registryMaps: [] }).value?.text;
  const values = text === undefined ? undefined : readSource('', text).value?.tree;
  if (values !== undefined) return imagesOfValues(values);
  const {
    value: { loaded },
    diagnostics: found,
  } = select(input);
  diagnostics.push(...found);
  return wantedImages(loaded, defaultImages).flatMap(({ reference }) => {
    const servers = loaded.servers.filter(({ image }) => image === reference).map(({ name }) => name);
    const own = (['gateway', 'relay'] as const).filter((name) => defaultImages[name] === reference);
    return [...own, ...servers].map((user) => [reference, user] as const);
  });
}

function print(
  images: readonly ListedImage[],
  { format, namespace, registryMap: registryMaps }: ImagesOptions,
): string {
  switch (format) {
    case 'lines':
      return images.map(({ image }) => `${printable(image)}\n`).join('');
    case 'json':
      return jsonText(images);
    default: {
      const loose = unpinned(images);
      if (loose.length > 0) {
        throw new UsageError(usageTexts.noDigests({ images: loose.map(({ image }) => image) }));
      }
      return (format === 'kyverno' ? kyvernoPolicy : sigstorePolicy)({ images, namespace, registryMaps });
    }
  }
}

function has(tree: Tree, key: string): boolean {
  return isTreeMap(tree) && key in tree;
}
