// The types of build.mjs, for the tests.

export function bundle(): Promise<string>;
