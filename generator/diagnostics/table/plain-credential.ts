// The words about a credential that would be plain text: where it stands, how it is recognized, how to have it in a Secret.

import { error, type Entry, quote } from '../types.ts';
import { shellWord } from '../../shell.ts';

/** How a text is known to be a credential. A sign never holds any of the text. */
export type CredentialSign =
  /** The text itself: a kind of token, a name that it gives to a part of itself, a URL or a header. */
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'assignment'; readonly name: string }
  | { readonly kind: 'password' | 'bearer' | 'in-url' }
  /** What is around it. */
  | { readonly kind: 'name' | 'secret-data' | 'refused' }
  | { readonly kind: 'declared'; readonly secret: string }
  /** A property of the config that it is made of. */
  | { readonly kind: 'property-of-secret' | 'property-declared' | 'property-name'; readonly property: string };

/** Where in a server's entry a text stands. */
export type WrittenPlace =
  | {
      readonly kind: 'env';
      readonly name: string;
      /** The property that its value is made of, where that is all of it. */
      readonly property: string | undefined;
      /** Whether the entry has a secret for this variable. */
      readonly isDeclared: boolean;
    }
  | { readonly kind: 'argument'; readonly index: number; readonly name: string | undefined }
  | { readonly kind: 'image-word'; readonly index: number }
  | { readonly kind: 'field'; readonly field: string; readonly index: number | undefined }
  | { readonly kind: 'url' }
  | { readonly kind: 'header'; readonly name: string };

export const plainCredentialDiagnostics = {
  'plain-credential': {
    meaning: 'A text that would be written into the values looks like a credential. It is never shown.',
    example: '`env: [{name: API_TOKEN, value: ghp_…}]`, a password in a URL, a config property that is a secret',
    fix: 'Use a `secrets:` entry, `--secret NAME=SECRET/KEY`, or, if it is not a secret, `--allow-plain SERVER.NAME`.',
    more: 'security.md',
    isPrivate: true,
    variants: {
      server: error<{
        place: WrittenPlace;
        server: string;
        sign: CredentialSign;
        /** The config property that has it. */
        property?: string | undefined;
        target: string;
      }>(
        ({ place, server, sign }) =>
          `${nameOf(place)} of ${quote(server)} would be plain text in the values: ${reasonOf(sign)}`,
        ({ property, place, server, target }) =>
          `${property === undefined ? '' : `take ${property} out of the config; `}${remedyOf(place, server)}; if it is not a secret: --allow-plain ${shellWord(`${server}.${target}`)}`,
      ),
      overlay: error<{
        path: string;
        sign: CredentialSign;
        below: 'remote' | 'http' | 'server' | 'chart';
        target: string;
      }>(
        ({ path, sign }) => `${path} would be plain text in the values: ${reasonOf(sign)}`,
        ({ below, target }) =>
          `${overlayRemedies[below]}; if it is not a secret: ${below === 'remote' || below === 'http' ? `${below}.allowPlainCredentials: true` : `--allow-plain ${shellWord(target)}`}`,
      ),
    },
  },
} satisfies Record<string, Entry>;

const overlayRemedies = {
  remote: 'write ${NAME} there, and NAME: {name: SECRET, key: KEY} in remote.secrets',
  http: 'write ${NAME} there, and NAME: {name: SECRET, key: KEY} in http.secrets',
  server: 'write {name: SECRET, key: KEY} below secretEnv, and $(NAME) where an argument or variable refers to it',
  chart: 'keep it in a Secret of the cluster, and name that here',
};

function reasonOf(sign: CredentialSign): string {
  switch (sign.kind) {
    case 'token':
      return `it has the form of a credential (${sign.token})`;
    case 'assignment':
      return `it sets ${quote(sign.name)}, which is a credential by its name`;
    case 'password':
      return 'it has a URL with a password in it';
    case 'bearer':
      return 'it has a bearer token in it';
    case 'in-url':
      return 'it has a credential in it';
    case 'name':
      return 'it is a credential by its name';
    case 'secret-data':
      return 'it is the content of a Secret';
    case 'refused':
      return 'the chart takes it for a credential';
    case 'declared':
      return `the catalog has a secret for it, ${sign.secret}`;
    case 'property-of-secret':
      return `${sign.property} is a secret of the catalog, and is set in the config`;
    case 'property-declared':
      return `the catalog's config section says that ${sign.property} is a secret`;
    case 'property-name':
      return `${sign.property} is a credential by its name`;
  }
}

function nameOf(place: WrittenPlace): string {
  switch (place.kind) {
    case 'env':
      return `env ${place.name}`;
    case 'argument':
      return place.name === undefined ? `argument ${place.index + 1}` : `the argument ${quote(place.name)}`;
    case 'image-word':
      return `the image's own command (word ${place.index + 1})`;
    case 'field':
      return place.index === undefined ? `the ${place.field}` : `${place.field}[${place.index}]`;
    case 'url':
      return 'the URL';
    case 'header':
      return `the header ${place.name}`;
  }
}

/** How to have the secret there instead, if it is one. */
function remedyOf(place: WrittenPlace, server: string): string {
  const which = (name: string): string =>
    `--secret ${shellWord(secretName(server, name))}=SECRET/KEY says which Secret has it`;
  switch (place.kind) {
    case 'env': {
      const { name, property, isDeclared } = place;
      if (property !== undefined) {
        return isDeclared ? 'the secret then counts' : `add --secret ${shellWord(property)}=SECRET/KEY`;
      }
      if (isDeclared) return 'take it out of env, so that the secret counts';
      return `move it from env: to secrets:, as ${secretEntry(server, name)}; ${which(name)}`;
    }
    case 'argument': {
      const { name = 'token' } = place;
      return `add ${secretEntry(server, name)} to secrets:, and write $${variable(name)} in command`;
    }
    case 'image-word':
      return 'have the image read it from a variable, and add that to secrets: of the server';
    case 'field':
      return `write ${place.field} without it`;
    case 'url':
      return 'send it in a header that refers to a secret, if the server accepts one';
    case 'header':
      return `write \${${variable(place.name)}} instead, and add ${secretEntry(server, place.name)} to secrets:; ${which(place.name)}`;
  }
}

/** An entry of `secrets:` for a name. */
function secretEntry(server: string, name: string): string {
  return `{name: ${secretName(server, name)}, env: ${variable(name)}}`;
}

function secretName(server: string, part: string): string {
  return `${server}.${variable(part).toLowerCase()}`;
}

function variable(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]+/g, '_').toUpperCase();
}
