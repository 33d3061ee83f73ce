// Diagnostics of images and of the lock file.

import { error, type Entry, note } from '../types.ts';

const someOf = (names: readonly string[]): string =>
  `${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;

const lockAgain = (): string => 'run mcpgen lock, and review the changes';

export interface Locked {
  readonly file: string;
  readonly images: number;
  readonly read: number;
  readonly size: string;
  readonly unchanged: number;
  readonly removed: number;
}

export const imageDiagnostics = {
  'missing-entrypoint': {
    meaning: 'The entrypoint of an image is unknown. A catalog does not contain it; the lock file does.',
    example: 'no file has the entrypoint of `mcp/time`',
    fix: 'Run `mcpgen lock`, or use `--entrypoints FILE` with `time: [mcp-server-time]`.',
    variants: {
      default: error<{ image: string; server: string }>(
        ({ image }) => `the entrypoint of the image ${image} is unknown: a catalog does not contain it`,
        ({ server }) =>
          `run mcpgen lock, which reads it from the registry, or add ${JSON.stringify(server)}: [PROGRAM, ...] to a file given with --entrypoints`,
      ),
      'no-lock': error<{ images: readonly string[]; command: string }>(
        ({ images }) =>
          `${images.length === 1 ? `the entrypoint of the image ${images[0]} is` : `the entrypoints of ${images.length} images are`} unknown: a catalog does not contain ${images.length === 1 ? 'it' : 'them'}, and there is no lock file`,
        ({ command }) => `run ${command}, which reads it from the registry; without a network, use --entrypoints FILE`,
      ),
      'not-locked': error<{ images: readonly string[]; command: string }>(
        ({ images }) => `the lock file has no entry for ${someOf(images)}`,
        ({ command }) => `run ${command}, which adds what is missing`,
      ),
    },
  },
  'no-program': {
    meaning: 'The image does not say what to start, and the catalog does not either.',
    example: 'the image has neither an entrypoint nor a cmd',
    fix: 'Give the server a `command`.',
    variants: {
      default: error<{ image: string }>(
        ({ image }) => `the image ${image} has neither an entrypoint nor a cmd`,
        () => 'give the server a command in the catalog',
      ),
    },
  },
  'missing-program': {
    meaning: 'The server starts a program that its image does not have.',
    example: '`command: [serve]`, and no `serve` in the image',
    fix: 'Correct `command`, or the image.',
    variants: {
      default: error<{ image: string; program: string; needer: string }>(
        ({ image, program, needer }) =>
          `the image ${image} has no program ${program}, which ${JSON.stringify(needer)} needs to start`,
        () => "correct the catalog's command, or the image",
      ),
    },
  },
  'unfollowed-program': {
    meaning: 'mcpgen could not follow how the server starts, so it does not know what else the server needs.',
    example: 'a shell script starts the server',
    fix: 'Try the server.',
    variants: {
      default: note<{ reason: string }>(
        ({ reason }) => `mcpgen could follow the start of the server only up to here: ${reason}`,
        () => 'check that the server starts: call one of its tools and read its log',
        { summary: 'starts that mcpgen could not follow completely: try these servers' },
      ),
    },
  },
  'own-image': {
    meaning: 'The lock names another image for the gateway or the relay than the chart does.',
    example: "the lock's `gateway:` is another image than the chart's",
    fix: 'Nothing, if it was locked with `--gateway-image`; else run `mcpgen lock`.',
    variants: {
      default: note<{ name: 'gateway' | 'relay'; image: string; chartImage: string }>(
        ({ name, image, chartImage }) =>
          `the ${name} uses the image ${image} from the lock file, not the chart's ${chartImage}`,
        ({ name }) => `nothing needs to be done if it was locked with --${name}-image; else run mcpgen lock`,
      ),
    },
  },
  'stale-lock': {
    meaning: 'The lock does not match the catalog: one of them has changed since `mcpgen lock` ran.',
    example: 'the catalog changed after `mcpgen lock`',
    fix: 'Run `mcpgen lock` again.',
    variants: {
      digest: error<{ image: string; digest: string }>(
        ({ image, digest }) =>
          `the lock has the digest ${digest} for the image ${image}, whose reference has another digest`,
        () => 'the lock file was edited or damaged; regenerate it with mcpgen lock',
      ),
      command: error<{ image: string; argv: readonly string[] }>(
        ({ image, argv }) => `the lock has no entry for the command ${JSON.stringify(argv)} of the image ${image}`,
        () => 'run mcpgen lock again',
      ),
      image: error<{ image: string; reason: string }>(
        ({ image, reason }) => `the lock is stale for the image ${image}: ${reason}`,
        lockAgain,
      ),
      unused: error<{ image: string }>(({ image }) => `no server uses the image ${image} anymore`, lockAgain),
    },
  },
  'unreadable-image': {
    meaning: 'The registry is unreachable, or refuses the image.',
    example: 'the registry does not answer',
    fix: 'Log in with `docker login`, correct the name, or try again.',
    variants: {
      default: error<{ image: string; reason: string; othersLocked: boolean }>(
        ({ image, reason }) => `the image ${image} cannot be read: ${reason}`,
        ({ othersLocked }) =>
          `correct the reference in the catalog, or the access to its registry${othersLocked ? '; the others are locked' : ''}`,
      ),
      registry: error<{
        registry: string;
        /** As the catalog's references name it. */
        from: string;
        images: readonly string[];
        reason: string;
        othersLocked: boolean;
      }>(
        ({ registry, images, reason }) =>
          `${registry} is unreachable, so ${someOf(images)} cannot be read: ${reason.replace(/^.*?: /, '')}`,
        ({ from, othersLocked }) =>
          `set HTTPS_PROXY if this network has a proxy, or read from a mirror: --registry-map ${from}=MIRROR${othersLocked ? '; the others are locked' : ''}`,
      ),
    },
  },
  'image-read': {
    meaning: '`mcpgen lock` read the image of a server, because it was not in the lock, or has changed since.',
    example: 'the image of a server is new',
    fix: 'Review the change of the lock file.',
    variants: {
      default: note<{ image: string; reason: string }>(
        ({ image, reason }) => `read the image ${image}: ${reason}`,
        () => 'review the change of the lock file',
      ),
    },
  },
  'image-removed': {
    meaning: 'The lock file had an image that no server uses anymore.',
    example: 'a server was removed from the catalog',
    fix: 'Nothing needs to be done.',
    variants: {
      default: note<{ image: string }>(
        ({ image }) => `no server uses the image ${image} anymore`,
        () => 'it is no longer in the lock file',
      ),
    },
  },
  locked: {
    meaning: 'A summary of what `mcpgen lock` did.',
    example: '`mcpgen lock catalog.yaml`',
    fix: 'Nothing needs to be done.',
    variants: {
      default: note<Locked>(
        ({ file, images, read, size, unchanged, removed }) =>
          `${file}: ${images} ${images === 1 ? 'image' : 'images'}, ${read} read (${size} of layers downloaded), ${unchanged} unchanged${removed > 0 ? `, ${removed} removed` : ''}`,
      ),
    },
  },
} satisfies Record<string, Entry>;
