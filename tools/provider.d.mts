// The types of provider.mjs, for the tests.

export function startProvider(port: number): Promise<{ readonly url: string; close(): void }>;
export function logIn(url: URL | string, callback: string, user: string): Promise<URL>;
