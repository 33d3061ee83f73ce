// Programs with input, and those that may fail, besides what the e2e runs.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { helm, kubectl, kubectlJson } from '../e2e/programs.ts';

export { helm, kubectl, kubectlJson };

const execute = promisify(execFile);

/** Applies one object. */
export async function apply(object: object): Promise<void> {
  const running = execute('kubectl', ['apply', '-f', '-'], { timeout: 60_000 });
  running.child.stdin?.end(JSON.stringify(object));
  await running;
}

/** What a program printed, and whether it failed. */
export function outcome(running: Promise<string | void>): Promise<{ failed: boolean; output: string }> {
  return running.then(
    (output) => ({ failed: false, output: output ?? '' }),
    (error: { message: string; stdout?: string }) => ({
      failed: true,
      output: `${error.stdout ?? ''}\n${error.message}`,
    }),
  );
}
