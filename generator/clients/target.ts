// What a client connects to: a URL and the name of a variable, in forms that no language takes for more than text.

/** An address of a gateway, with nothing in it that a shell, a template or a client would expand. */
export interface GatewayUrl {
  readonly href: string;
  /** Without TLS. */
  readonly isHttp: boolean;
}

export const urlForm = 'http://HOST[:PORT]/mcp or https://…, without user, query and fragment';

/** Undefined: it is not one. */
export function parseGatewayUrl(text: string): GatewayUrl | undefined {
  if (text.length > 2048 || !URL.canParse(text)) return undefined;
  const { protocol, href } = new URL(text);
  if (!/^https?:\/\/([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d+)?\/[\w.~%+,:=@/-]*$/.test(href)) return undefined;
  return { href, isHttp: protocol === 'http:' };
}

/** Whether it is the name of an environment variable. */
export function isVariableName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(text);
}
