// How far a long command is, for a person who waits.

/** One line on standard error that is written over and over, if a person can see it. */
export class ProgressLine {
  bytes = 0;
  private readonly isShown: boolean;
  private images = '';
  private drawn = 0;

  constructor(isQuiet: boolean) {
    this.isShown = process.stderr.isTTY === true && !isQuiet;
  }

  addBytes(bytes: number): void {
    this.bytes += bytes;
    if (Date.now() - this.drawn > 100) this.draw();
  }

  show(done: number, all: number): void {
    const filled = all === 0 ? 0 : Math.round((done / all) * 20);
    this.images = `${'█'.repeat(filled)}${'░'.repeat(20 - filled)} ${done} of ${all} images`;
    this.draw();
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
