// Names that say that their value is a credential: variables, headers, flags, properties. Few false alarms, by words and not by parts of them.

/** Words that a credential's name ends with. */
const endings: ReadonlySet<string> = new Set([
  'apikey',
  'apitoken',
  'accesskey',
  'accesstoken',
  'authorization',
  'authtoken',
  'bearer',
  'cookie',
  'credential',
  'credentials',
  'passphrase',
  'passwd',
  'password',
  'secret',
  'secretkey',
  'token',
]);

/** The same, where they are not the whole name: PWD is the working directory. */
const endingsOfMore: ReadonlySet<string> = new Set(['pass', 'pat', 'pwd']);

/** What makes a key, or keys, a credential; of other keys it depends on the value. */
const keyKinds: ReadonlySet<string> = new Set(
  'access api auth encryption hmac jwt master private secret signing'.split(' '),
);

/** What makes plurals credentials; MAX_TOKENS is a number of them. */
const pluralKinds: ReadonlySet<string> = new Set(['access', 'api', 'auth', 'bearer', 'bot', 'personal', 'secret']);

/** Before the last word: a switch, a number, a thing of the cluster, or a word of another trade, as in EOS_TOKEN. */
const others: ReadonlySet<string> = new Set(
  'allow anon bos cls continuation disable enable eos eot fim has is k8s kubernetes mask max min next no num pad page pagination previous pull require sep skip start stop sync tls unk use validate verify with'.split(
    ' ',
  ),
);

/** Last words by which a name ends in "key" and is none of a lock. */
const plainKeys: ReadonlySet<string> = new Set(
  'cache foreign group hot index map message object order partition primary public publishable range registry row schema sort tag'.split(
    ' ',
  ),
);

/** `yes`: the value is one if it is anything; `perhaps`: if it looks like one as well. */
export type Suspicion = 'yes' | 'perhaps' | 'no';

/** What a name says of its value: `GITHUB_TOKEN` yes, `EXA_KEY` perhaps, `TOKEN_LIMIT`, `KEY_FILE` and `PUBLIC_KEY` no. */
export function suspect(name: string): Suspicion {
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  const before = words.at(-2) ?? '';
  if (words.some((word) => word === 'public' || word === 'publishable') || others.has(before)) return 'no';
  if (endings.has(last) || /(?<!^|max|min|num)(password|passphrase|apikey|secret|token)$/.test(last)) return 'yes';
  if (words.length > 1 && endingsOfMore.has(last)) return 'yes';
  if (/^(keys|passwords|secrets|tokens)$/.test(last)) return pluralKinds.has(before) ? 'yes' : 'no';
  if (last !== 'key' || words.length === 1) return 'no';
  if (keyKinds.has(before)) return 'yes';
  return plainKeys.has(before) ? 'no' : 'perhaps';
}

/** `xApiKey`, `X-API-Key` and `X_API_KEY_2` are x, api, key. */
function wordsOf(name: string): string[] {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  while (words.length > 1 && /^\d+$/.test(words.at(-1) ?? '')) words.pop();
  return words;
}
