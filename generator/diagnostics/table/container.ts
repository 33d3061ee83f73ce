// Diagnostics of a container's resources and variables.

import { error, type Entry, note, quote } from '../types.ts';

export interface Quantity {
  readonly group: string;
  readonly resource: 'cpu' | 'memory';
  readonly text: string;
}

export const containerDiagnostics = {
  'bad-quantity': {
    meaning: "An amount of CPU or memory is not in Docker's format.",
    example: '`resources: {limits: {memory: lots}}`',
    fix: 'Write memory as `512M` or `2g`, and CPUs as `"0.5"`.',
    variants: {
      default: error<Quantity>(
        ({ group, resource, text }) =>
          `resources.${group}.${resource} is ${quote(text)}, which is not a valid amount of ${resource}`,
        ({ resource }) =>
          resource === 'cpu'
            ? 'write CPUs as a number, e.g. "0.5"'
            : 'write memory as Docker does, e.g. "512M" or "2g"',
      ),
      above: error<{ resource: string; request: string; limit: string }>(
        ({ resource, request, limit }) =>
          `the ${resource} request ${request} is higher than the limit ${limit}, which Kubernetes rejects`,
        () => 'lower the request, or raise the limit',
      ),
    },
  },
  'bad-variable-name': {
    meaning: 'Kubernetes does not accept the name of an environment variable.',
    example: '`env: [{name: "A B"}]`',
    fix: 'Use letters, digits, `_`, `-` and `.`, and do not begin with a digit.',
    variants: {
      default: error<{ name: string }>(
        ({ name }) => `${quote(name)} is not a valid name for an environment variable in Kubernetes`,
        () => 'use letters, digits, "_", "-" and ".", and do not begin with a digit or ".."',
      ),
      boolean: error<{ name: string }>(
        ({ name }) => `a variable cannot be called ${quote(name)}: YAML reads Y, N, ON and OFF as booleans`,
        () => 'give it another name',
      ),
      remote: error<{ name: string }>(
        ({ name }) => `${quote(name)} is not a valid name for a variable that a header refers to`,
        () => 'use letters, digits and "_", and do not begin with a digit',
      ),
    },
  },
  'renamed-variable': {
    meaning: 'A secret and an entry of `env` have the same variable. `env` wins, and the secret gets another name.',
    example: '`env` sets the variable of a secret itself',
    fix: 'Give one of the two another name, unless `env` refers to the secret on purpose.',
    variants: {
      default: note<{ name: string; alias: string }>(
        ({ name, alias }) => `the secret of ${name} is in the variable ${alias}, because env also sets ${name}`,
        () => 'give one of the two another name in the catalog',
        { summary: 'secrets are in a variable with another name' },
      ),
    },
  },
} satisfies Record<string, Entry>;
