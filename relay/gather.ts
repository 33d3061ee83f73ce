// Batches writes to a socket, because one write costs the relay more than all else that it does with a message.

import type { Socket } from 'node:net';

/** False: wait for `drain` before writing more. */
export function gather(socket: Socket, bytes: Buffer): boolean {
  if (socket.writableCorked === 0) {
    socket.cork();
    process.nextTick(() => socket.uncork());
  }
  return socket.write(bytes);
}
