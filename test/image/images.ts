// Images made in code: archives, compressions, manifests and indexes, kept by digest as a registry would.

import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** One entry of a layer. A path that ends with a slash is a directory; with a target it is a link. */
export interface File {
  readonly path: string;
  readonly content?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly target?: string;
  /** The target is a hard link's. */
  readonly isHardLink?: boolean;
}

/** The part of an image's configuration that tests set. */
export interface Config {
  readonly User?: string;
  readonly Entrypoint?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly WorkingDir?: string;
  readonly Env?: readonly string[];
  readonly Volumes?: Readonly<Record<string, object>>;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Labels?: Readonly<Record<string, string>>;
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** A header of ustar; the name must be short. */
export function tarHeader(
  { path, content = '', mode, uid = 0, gid = 0, target, isHardLink }: File,
  size?: number,
): Buffer {
  const isDirectory = path.endsWith('/');
  const header = Buffer.alloc(512);
  const octal = (value: number, length: number): string => value.toString(8).padStart(length - 1, '0');
  header.write(path, 0, 100);
  header.write(octal(mode ?? (isDirectory ? 0o755 : 0o644), 8), 100);
  header.write(octal(uid, 8), 108);
  header.write(octal(gid, 8), 116);
  header.write(octal(target === undefined ? (size ?? Buffer.byteLength(content)) : 0, 12), 124);
  header.write(octal(0, 12), 136);
  header.write('        ', 148);
  header.write(target !== undefined ? (isHardLink ? '1' : '2') : isDirectory ? '5' : '0', 156);
  header.write(target ?? '', 157, 100);
  header.write('ustar\u000000', 257);
  header.write(
    `${octal(
      header.reduce((sum, byte) => sum + byte, 0),
      7,
    )}\0 `,
    148,
  );
  return header;
}

export function padded(content: Uint8Array): Buffer {
  return Buffer.concat([content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

/** A header with another type, and what else is changed in it; its checksum is made again. */
export function changedHeader(header: Buffer, change: (header: Buffer) => void): Buffer {
  const changed = Buffer.from(header);
  change(changed);
  changed.write('        ', 148);
  const sum = changed.reduce((total, byte) => total + byte, 0);
  changed.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return changed;
}

/** An extended header: of the next entry (`x`), or of all (`g`). */
export function paxHeader(fields: Readonly<Record<string, string>>, type: 'x' | 'g' = 'x'): Buffer {
  const records = Object.entries(fields).map(([name, value]) => {
    const body = ` ${name}=${value}\n`;
    let length = Buffer.byteLength(body);
    while (String(length).length + Buffer.byteLength(body) !== length) {
      length = String(length).length + Buffer.byteLength(body);
    }
    return `${length}${body}`;
  });
  const content = Buffer.from(records.join(''));
  const header = changedHeader(tarHeader({ path: 'pax' }, content.length), (bytes) => bytes.write(type, 156));
  return Buffer.concat([header, padded(content)]);
}

/** An archive of these files, with its end. */
export function tar(files: readonly File[]): Buffer {
  const blocks = files.flatMap((file) => [
    tarHeader(file),
    padded(Buffer.from(file.target === undefined ? (file.content ?? '') : '')),
  ]);
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** A zstd frame that compresses nothing: raw blocks, and one that repeats a byte for each run of zeros at a block's size. */
export function zstd(content: Uint8Array): Buffer {
  const blockSize = 1 << 16;
  const blocks: Buffer[] = [];
  for (let start = 0; start < content.length || start === 0; start += blockSize) {
    const block = content.subarray(start, start + blockSize);
    const isLast = start + blockSize >= content.length;
    const isRun = block.length > 1 && block.every((byte) => byte === 0);
    const header = Buffer.alloc(3);
    header.writeUIntLE((block.length << 3) | ((isRun ? 1 : 0) << 1) | (isLast ? 1 : 0), 0, 3);
    blocks.push(header, isRun ? Buffer.of(0) : Buffer.from(block));
  }
  // No checksum, no dictionary, a window of 64 KiB.
  return Buffer.concat([Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x30), ...blocks]);
}

export const gzip = (content: Uint8Array): Buffer => gzipSync(content);

/** Blobs by digest, and what tags mean, by repository. */
export class Store {
  readonly blobs = new Map<string, Uint8Array>();
  readonly manifests = new Map<string, { readonly mediaType: string; readonly bytes: Uint8Array }>();

  /** What layers unpack to, by their digest. */
  private readonly diffIds = new Map<string, string>();

  add(bytes: Uint8Array, mediaType: string, annotations?: Readonly<Record<string, string>>): Descriptor {
    const digest = digestOf(bytes);
    this.blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length, ...(annotations && { annotations }) };
  }

  /** A layer, by default of gzip. */
  layer(files: readonly File[], compress: (content: Uint8Array) => Uint8Array = gzip): Descriptor {
    const type = compress === zstd ? 'tar+zstd' : compress === gzip ? 'tar+gzip' : 'tar';
    return this.archive(tar(files), compress, `application/vnd.oci.image.layer.v1.${type}`);
  }

  /** A layer of an archive that was made elsewhere. */
  archive(
    bytes: Uint8Array,
    compress: (content: Uint8Array) => Uint8Array = gzip,
    mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip',
  ): Descriptor {
    const layer = this.add(compress(bytes), mediaType);
    this.diffIds.set(layer.digest, digestOf(bytes));
    return layer;
  }

  /** An image of one platform; returns what an index says of it. */
  image(name: string, config: Config, layers: readonly Descriptor[], platform = 'linux/amd64'): Descriptor {
    const [os, architecture, variant] = platform.split('/');
    const rootfs = { type: 'layers', diff_ids: layers.flatMap(({ digest }) => this.diffIds.get(digest) ?? []) };
    const json = { os, architecture, ...(variant && { variant }), config, rootfs };
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = {
      schemaVersion: 2,
      mediaType,
      config: this.add(Buffer.from(JSON.stringify(json)), 'application/vnd.oci.image.config.v1+json'),
      layers,
    };
    return this.manifest(name, mediaType, manifest);
  }

  /** An index; `unknown` stands for an attestation, as BuildKit adds it. */
  index(name: string, images: Readonly<Record<string, Descriptor>>): Descriptor {
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const manifests = Object.entries(images).map(([platform, descriptor]) => {
      const [os, architecture, variant] = platform.split('/');
      return { ...descriptor, platform: { os, architecture, ...(variant && { variant }) } };
    });
    return this.manifest(name, mediaType, { schemaVersion: 2, mediaType, manifests });
  }

  /** `repository:tag`, and the manifest's digest in that repository. */
  manifest(name: string, mediaType: string, json: object): Descriptor {
    const bytes = Buffer.from(JSON.stringify(json));
    const digest = digestOf(bytes);
    const [repository = '', tag = 'latest'] = name.split(':');
    this.manifests.set(`${repository}:${tag}`, { mediaType, bytes });
    this.manifests.set(`${repository}:${digest}`, { mediaType, bytes });
    return { mediaType, digest, size: bytes.length };
  }
}

/** What most images have: a shell, a user database, a working directory. */
export const base: readonly File[] = [
  { path: 'bin/' },
  { path: 'bin/busybox', content: '\x7fELF', mode: 0o755 },
  { path: 'bin/sh', target: 'busybox' },
  { path: 'etc/' },
  { path: 'etc/passwd', content: 'root:x:0:0:root:/root:/bin/sh\napp:x:1001:1002::/home/app:/bin/sh\n' },
  { path: 'etc/group', content: 'root:x:0:\napp:x:1002:\nextra:x:1500:other,app\n' },
  { path: 'home/app/', uid: 1001, gid: 1002 },
  { path: 'root/', mode: 0o700 },
];
