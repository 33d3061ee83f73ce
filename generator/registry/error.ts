// What can go wrong with a registry: what the user sees, and whether another attempt may help.

/** Why something could not be read, as a sentence about it. */
export class RegistryError extends Error {
  readonly status: number | undefined;
  /** Milliseconds that the registry asks us to wait. */
  readonly retryAfter: number | undefined;
  readonly isTransient: boolean;
  /** There was no answer at all: no other image of the registry can be read either. */
  readonly isUnreachable: boolean;

  constructor(
    message: string,
    details: {
      status?: number | undefined;
      retryAfter?: number | undefined;
      isTransient?: boolean;
      isUnreachable?: boolean;
    } = {},
  ) {
    super(message);
    this.status = details.status;
    this.retryAfter = details.retryAfter;
    this.isTransient = details.isTransient ?? false;
    this.isUnreachable = details.isUnreachable ?? false;
  }
}

/** What a blob holds is damaged, or made to do harm; thrown by whoever reads it. */
export class ContentError extends Error {}

/** A connection failed: by its cause, or by what the proxy did that a variable names. */
export class ConnectionError extends Error {
  /** The variable of the proxy at fault: never its address, which may hold a password. */
  readonly proxy: string | undefined;

  constructor(cause: unknown, proxy?: string) {
    super((cause as Error).message, { cause });
    this.proxy = proxy ?? (cause instanceof ConnectionError ? cause.proxy : undefined);
  }
}

const transientStatus: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);
/** A registry that asks for more patience is not worth waiting for. */
const maxRetryAfter = 60_000;

/** The error for an answer with a status of 400 or more; `text` is what came with it. */
export function refusal(
  host: string,
  status: number,
  text: string,
  headers: IncomingHeaders = {},
  secrets: readonly string[] = [],
  isWrite = false,
): RegistryError {
  const said = message(text, secrets);
  const details = { status, retryAfter: parseRetryAfter(headers), isTransient: transientStatus.has(status) };
  const words: Record<number, string> = {
    401: `${host} does not let us read it: there is no such image, or it wants another login (docker login ${host})`,
    403: `${host} does not let us read it: the login has no right to, or there is no such image`,
    404: `${host} has no such image`,
    407: 'the proxy wants a login: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT',
    ...(isWrite && {
      401: `${host} does not let us write to it: it wants another login (docker login ${host})`,
      403: `${host} does not let us write to it: the login has no right to`,
    }),
    429: `${host} takes no more requests for now (429); a login raises the limit (docker login ${host})`,
  };
  return new RegistryError(`${words[status] ?? `${host} answers with the status ${status}`}${said}`, details);
}

/** The first message of the registry's list of errors, in brackets and on one line. It may repeat what it was sent. */
function message(text: string, secrets: readonly string[]): string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return '';
  }
  const first = (json as { errors?: unknown } | null)?.errors;
  const { code, message: said } = ((Array.isArray(first) && (first as unknown[])[0]) || {}) as Record<string, unknown>;
  let words = [code, said].filter((part) => typeof part === 'string' && part !== '').join(': ');
  for (const secret of secrets) if (secret !== '') words = words.replaceAll(secret, '***');
  return words === '' ? '' : ` [${words.replace(/\s+/g, ' ').slice(0, 200)}]`;
}

/** Seconds, or a date, which is compared with the registry's own clock. */
function parseRetryAfter({ date, 'retry-after': retryAfter }: IncomingHeaders): number | undefined {
  if (typeof retryAfter !== 'string') return undefined;
  const time = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.parse(String(date));
  return Number.isNaN(time) ? undefined : Math.max(0, time);
}

type IncomingHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** How many milliseconds to wait before another attempt; undefined if that would not help. */
export function waitBeforeRetry(error: unknown, usual: number): number | undefined {
  if (error instanceof RegistryError) {
    if (!error.isTransient || (error.retryAfter ?? 0) > maxRetryAfter) return undefined;
    return error.retryAfter ?? usual;
  }
  return error instanceof ConnectionError && transientCodes.has(codeOf(error)) ? usual : undefined;
}

const transientCodes: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'HPE_INVALID_EOF_STATE',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

/** The last error of several attempts, in words. Mistakes of ours stay as they are. */
export function explain(error: unknown, attempts: number): unknown {
  const tries = attempts > 1 ? `, ${attempts} attempts` : '';
  if (error instanceof RegistryError) {
    if (tries === '') return error;
    const { status, retryAfter, isTransient, message: said } = error;
    return new RegistryError(`${said}${tries}`, { status, retryAfter, isTransient });
  }
  if (!(error instanceof ConnectionError)) return error;
  const code = codeOf(error);
  const text = error.message;
  const words: [RegExp, string][] = [
    [/^ENOTFOUND$|^EAI_AGAIN$/, 'its name is not known here'],
    [/^ECONNREFUSED$/, 'it refuses connections'],
    [/CERT|SELF_SIGNED|UNABLE_TO|^ERR_TLS/, `its certificate is not trusted (${text}); give its CA with --ca-file`],
    [/^ERR_SSL|EPROTO/, `it does not speak TLS (${code}); for plain HTTP use --plain-http`],
    [/^ECONNRESET$|^EPIPE$|EOF|PREMATURE_CLOSE/, 'the connection broke'],
    [/TIMEOUT|ETIMEDOUT/, 'it does not answer in time'],
    [/^HPE_HEADER_OVERFLOW$/, 'the headers of its answer are too large'],
    [/^HPE_/, 'its answer is not HTTP'],
  ];
  const known = words.find(([pattern]) => pattern.test(code))?.[1];
  if (error.proxy !== undefined) {
    return new RegistryError(`the proxy in ${error.proxy} cannot be used: ${known ?? `it is none (${code})`}${tries}`);
  }
  const isUnreachable = /^ENOTFOUND$|^EAI_AGAIN$|^ECONNREFUSED$|UNREACH$|^ETIMEDOUT$/.test(code);
  return new RegistryError(`the registry cannot be read: ${known ?? text}${tries}`, { isUnreachable });
}

function codeOf(error: unknown): string {
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown[] };
  if (typeof code === 'string') return code;
  const inner = cause ?? errors?.[0]; // several addresses were tried
  return inner === undefined || inner === null ? '' : codeOf(inner);
}
