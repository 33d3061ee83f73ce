// How far a long command is, for a person who waits.

/** Milliseconds between plain lines: a log of an hour has 360. */
const plainInterval = 10_000;

/** One line on standard error that is written over and over, if a person can see it. */
export class ProgressLine {
  bytes = 0;
  private readonly isShown: boolean;
  /** Where nobody sees a line that changes, a line from time to time. */
  private readonly isPlain: boolean;
  private written = Date.now();
  private images = '';
  private drawn = 0;

  constructor(isQuiet: boolean) {
    this.isShown = process.stderr.isTTY === true && !isQuiet;
    this.isPlain = process.stderr.isTTY !== true && !isQuiet;
  }

  addBytes(bytes: number): void {
    this.bytes += bytes;
    if (Date.now() - this.drawn > 100) this.draw();
  }

  show(done: number, all: number): void {
    const filled = all === 0 ? 0 : Math.round((done / all) * 20);
    this.images = `${'█'.repeat(filled)}${'░'.repeat(20 - filled)} ${done} of ${all} images`;
    this.draw();
    if (this.isPlain && Date.now() - this.written > plainInterval) {
      this.written = Date.now();
      process.stderr.write(`${done} of ${all} images, ${megabytes(this.bytes)}\n`);
    }
  }

  clear(): void {
    if (this.isShown) process.stderr.write('\r\u001b[K');
  }

  private draw(): void {
    this.drawn = Date.now();
    if (this.isShown) process.stderr.write(`\r\u001b[K${this.images}, ${megabytes(this.bytes)}`);
  }
}

/** `1.5 MB` */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
