// Session ids: they contain the encrypted state of a session, so that any door can resume it and no client can forge one.

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { isObject } from '../relay/messages.ts';

export interface SessionFacts {
  /** Fingerprint of the caller. */
  readonly user: string;
  /** Address of the pod where it was begun. */
  readonly pod: string;
  /** Seconds since 1970. */
  readonly begun: number;
  /** JSON text of the parameters that the client began it with. */
  readonly params: string;
}

const version = 1;
const nonceLength = 12;
const tagLength = 16;
/** A header of that length passes the proxies that are common. */
const maxLength = 3000;
const maxPlainLength = 16_384;

export class Seal {
  readonly #key: Buffer;

  /** `secret`: shared by all doors of the release, and by nothing else. */
  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'mcpgen-door session id', 32));
  }

  /** A new id each time; undefined if it would be too long. */
  close({ user, pod, begun, params }: SessionFacts): string | undefined {
    const nonce = randomBytes(nonceLength);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    const text = JSON.stringify([user, pod, begun, params]);
    // What repeats itself becomes short, and would be too long when it is opened.
    if (Buffer.byteLength(text) > maxPlainLength) return undefined;
    const plain = deflateRawSync(text);
    const sealed = Buffer.concat([
      Buffer.of(version),
      nonce,
      cipher.update(plain),
      cipher.final(),
      cipher.getAuthTag(),
    ]);
    const id = sealed.toString('base64url');
    return id.length > maxLength ? undefined : id;
  }

  /** undefined: it is not an id that a door with this secret made. */
  open(id: string): SessionFacts | undefined {
    if (id.length > maxLength || !/^[\w-]+$/.test(id)) return undefined;
    const bytes = Buffer.from(id, 'base64url');
    if (bytes[0] !== version || bytes.length < 1 + nonceLength + tagLength) return undefined;
    // Base64 has several spellings of the same bytes, and an id is a key.
    if (bytes.toString('base64url') !== id) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(1, 1 + nonceLength));
    decipher.setAuthTag(bytes.subarray(-tagLength));
    try {
      const plain = Buffer.concat([decipher.update(bytes.subarray(1 + nonceLength, -tagLength)), decipher.final()]);
      return readFacts(JSON.parse(inflateRawSync(plain, { maxOutputLength: maxPlainLength }).toString()));
    } catch {
      return undefined;
    }
  }
}

function readFacts(value: unknown): SessionFacts | undefined {
  if (!Array.isArray(value)) return undefined;
  const [user, pod, begun, params] = value as unknown[];
  const fits = [user, pod, params].every((one) => typeof one === 'string') && typeof begun === 'number';
  return fits ? ({ user, pod, begun, params } as SessionFacts) : undefined;
}

/** The parameters of `initialize` that are kept: clients may add others, and an id must stay short. */
export function keptParams(params: { readonly [field: string]: unknown }): string | undefined {
  const { protocolVersion, capabilities, clientInfo } = params;
  if (typeof protocolVersion !== 'string' || !isObject(clientInfo)) return undefined;
  const short = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 100) : '');
  const { name, version: clientVersion } = clientInfo;
  return JSON.stringify({
    protocolVersion: protocolVersion.slice(0, 20),
    capabilities: isObject(capabilities) ? capabilities : {},
    clientInfo: { name: short(name), version: short(clientVersion) },
  });
}
