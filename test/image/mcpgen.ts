// The command line in this process, in a folder of its own.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { run } from '../../generator/cli.ts';

export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly error: string;
}

/** A folder with files, and the program run on them. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'mcpgen-image-'));

  write(name: string, text: string): string {
    const path = this.path(name);
    writeFileSync(path, text);
    return path;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  /** Arguments that name files of the folder are given with `path`. */
  async mcpgen(...args: string[]): Promise<Outcome> {
    let [out, error] = ['', ''];
    const status = await run(args, {
      stdin: Readable.from([]),
      writeOut: async (text) => void (out += text),
      writeError: async (text) => void (error += text.replaceAll(`${this.folder}/`, '')),
      color: false,
    });
    return { status, out: out.replaceAll(`${this.folder}/`, ''), error };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
