// The types of bundle.mjs, for the tests.

export function bundle(name: 'relay' | 'door'): Promise<string>;
