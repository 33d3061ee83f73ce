// How the e2e runs: one file after the other, as they share a cluster, and with time for pods to start.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 8 * 60_000,
  },
});
