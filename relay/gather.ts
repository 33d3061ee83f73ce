// Writes to a socket, gathered: what arrives together is passed on together. A write costs the relay more than all it does with a message.

import type { Socket } from 'node:net';

/** False: wait for `drain` before writing more. */
export function gather(socket: Socket, bytes: Buffer): boolean {
  if (socket.writableCorked === 0) {
    socket.cork();
    process.nextTick(() => socket.uncork());
  }
  return socket.write(bytes);
}
