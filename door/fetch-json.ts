// Fetches a JSON document from an issuer, within limits of time and size.

export class FetchError extends Error {}

const timeoutMs = 5000;
const maxLength = 256 * 1024;

/** The document at a URL; redirects are not followed. Throws a FetchError. */
export async function fetchJson(url: URL, init: RequestInit = {}): Promise<unknown> {
  try {
    const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) throw new FetchError(`${url.host} answered with status ${response.status}`);
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      if ((length += chunk.length) > maxLength) throw new FetchError(`the answer from ${url.host} is too long`);
    }
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch (error) {
    if (error instanceof FetchError) throw error;
    const { message, cause } = error as Error;
    throw new FetchError(`${url.host}: ${cause instanceof Error ? cause.message || cause.name : message}`);
  }
}
