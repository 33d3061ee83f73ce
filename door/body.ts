// Reads a request's body, up to a limit.

import type { IncomingMessage } from 'node:http';
import { ErrorCode, Refusal } from './refusal.ts';

export async function readBody(request: IncomingMessage, maxLength: number): Promise<Buffer | Refusal> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type))
    return new Refusal(415, ErrorCode.InvalidRequest, 'Content-Type must be application/json');
  if (request.headers['content-encoding'] !== undefined)
    return new Refusal(415, ErrorCode.InvalidRequest, 'compressed bodies are not supported');
  const tooLong = new Refusal(
    413,
    ErrorCode.Limit,
    `the body is longer than ${maxLength >> 10} KiB: send less, or raise door.limits.bodyKiB`,
  );
  if (Number(request.headers['content-length'] ?? 0) > maxLength) return tooLong;
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxLength) return tooLong;
      chunks.push(chunk);
    }
  } catch {
    return new Refusal(400, ErrorCode.InvalidRequest, 'the body is incomplete');
  }
  return Buffer.concat(chunks);
}
