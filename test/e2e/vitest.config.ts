// How the e2e runs: one file after the other, as they share a cluster, and with time for pods to start.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    fileParallelism: false,
    sequence: { hooks: 'parallel' }, // a file's releases are installed, and taken away, at the same time
    testTimeout: 60_000,
    hookTimeout: 8 * 60_000,
  },
});
