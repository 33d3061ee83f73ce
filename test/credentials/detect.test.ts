// What is taken for a credential, and what is not: names, stand-ins, and forms of well-known tokens.

import { describe, expect, test } from 'vitest';
import { credentialIn, isCredential } from '../../generator/credentials/detect.ts';
import { diagnose } from '../../generator/diagnostics.ts';
import { redact } from '../../generator/workload/credentials.ts';
import { suspect } from '../../generator/credentials/names.ts';

const letters = 'aB3dE6gH1jK4mN7pQ9sT2vW5yZ8bC0fGhJkLmNpQ';
const value = 'hunter2';

describe('names', () => {
  test.each(
    'GITHUB_PERSONAL_ACCESS_TOKEN API_KEY apiKey X-API-Key DB_PASSWORD PGPASSWORD MYSQL_PWD SMTP_PASS AWS_SECRET_ACCESS_KEY clientSecret GITHUB_PAT Authorization Cookie TOKEN_2 API_TOKENS STRIPE_PRIVATE_KEY --token tavilyApiKey githubtoken quantconnectapitoken'.split(
      ' ',
    ),
  )('%s is that of a credential', (name) => expect(isCredential(name, value)).toBe(true));

  test.each(
    'TOKEN_LIMIT MAX_TOKENS MAX_TOKEN KEY_FILE PUBLIC_KEY AUTH_URL TOKEN_URL SECRET_NAME PASSWORD_FILE EOS_TOKEN PWD COMPASS BYPASS KEY SORT_KEY S3_KEY TOKENS USE_TOKEN PUBLIC_API_KEY NEXT_PAGE_TOKEN AUTH_TYPE IMAGE_PULL_SECRET TLS_SECRET MONKEY TOKENIZER author'.split(
      ' ',
    ),
  )('%s is not', (name) => expect(isCredential(name, value)).toBe(false));

  test('a key of an unknown kind counts with a value that looks random', () => {
    expect(suspect('EXA_KEY')).toBe('perhaps');
    expect(isCredential('EXA_KEY', letters)).toBe(true);
    expect(isCredential('EXA_KEY', 'documents-of-the-team')).toBe(false);
    expect(isCredential('EXA_KEY', '550e8400-e29b-41d4-a716-446655440000')).toBe(true);
    expect(isCredential('PROJECT_KEY', 'PROJ-2024-analytics-team1')).toBe(false);
    expect(isCredential('LICENSE_KEY', 'free')).toBe(false);
    expect(isCredential('PARTITION_KEY', letters)).toBe(false);
    expect(isCredential('KEY', letters)).toBe(false);
  });
});

describe('values that are no credential, whatever their name', () => {
  test.each([
    '',
    ' ',
    '${TOKEN}',
    '$TOKEN',
    '$(TOKEN)',
    'Bearer $(TOKEN)',
    'prefix-$(TOKEN)-suffix',
    '{{s.token}}',
    '<your key>',
    '<YOUR_TOKEN>',
    'YOUR_API_KEY',
    'your-token-here',
    'YOUR_API_KEY_HERE',
    'xoxb-your-bot-token',
    'Bearer <token>',
    'changeme',
    'xxxxxxxx',
    '****',
    'none',
    'true',
    '4096',
    '/run/secrets/token',
    '~/.token',
    './token.txt',
    'C:\\keys\\token',
    'https://issuer.example/token',
    'op://vault/item/field',
    'arn:aws:secretsmanager:eu-west-1:1:secret:x',
  ])('%s', (text) => expect(isCredential('API_TOKEN', text)).toBe(false));

  test.each(['password', 'not-a-real-password', '123456', 'P@$$w0rd', 'pa$word', 'a b c'])(
    'but %s is a password',
    (text) => expect(isCredential('DB_PASSWORD', text)).toBe(true),
  );
});

describe('texts that show it themselves', () => {
  test.each([
    `ghp_${letters.slice(0, 36)}`,
    `ghp_${'0'.repeat(34)}`,
    `github_pat_${letters.slice(0, 22)}_${letters}`,
    `AKIA${'Z2'.repeat(8)}`,
    'AKIAIOSFODNN7EXAMPLE',
    `xoxb-1234567890-1234567890-${letters.slice(0, 24)}`,
    `sk-ant-api03-${letters}`,
    `sk-proj-${letters}`,
    `sk-${letters}`,
    `sk_live_${letters.slice(0, 24)}`,
    `glpat-${letters.slice(0, 20)}`,
    `npm_${letters.slice(0, 36)}`,
    `SG.${letters.slice(0, 22)}.${letters}abc`,
    `AIza${letters.slice(0, 35)}`,
    `eyJhbGciOiJIUzI1NiIsInR5.eyJzdWIiOiIxMjM0NTY3ODkw.${letters}`,
    `-----BEGIN OPENSSH PRIVATE KEY-----\n${letters}\n-----END OPENSSH PRIVATE KEY-----`,
    '-----BEGIN PRIVATE KEY-----',
    'https://user:pass@host/path',
    'postgresql://admin:hunter2@db:5432/x',
    'redis://:hunter2@cache:6379',
    'postgres://u:p@ss@db/x',
    'https://host/mcp?api_key=abc',
    'https://host/mcp?a=b&token=abc#x',
    'https://host/mcp?tavilyApiKey=tvly-1',
    '--password=hunter2',
    'API_KEY=abc',
    'Server=db;User Id=sa;Password=hunter2;',
    'Authorization: Bearer abcdef',
    '{"Authorization": "Bearer abcdef", "Notion-Version": "2022-06-28"}',
    '{"api_key":"abc"}',
    'Bearer abcdef0123456789',
  ])('%s', (text) => expect(credentialIn(text)).toBeDefined());

  test.each([
    'https://host/path',
    'https://user@host/path',
    'https://3f2a@o1.ingest.sentry.io/2',
    'postgresql://$(USER):$(PASSWORD)@db/x',
    'postgresql://user:<password>@db/x',
    'https://host/mcp?token=${TOKEN}',
    '--token=$(TOKEN)',
    '--token-limit=5',
    'token:read,repo:status',
    'http://localhost:8080/a@b',
    '{"Authorization": "Bearer $(TOKEN)", "Notion-Version": "2022-06-28"}',
    'a bearer authentication',
    'sk-learn',
    'mcp/server@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    '-----BEGIN CERTIFICATE-----',
    'eyJhbGciOiJIUzI1NiIsInR5',
    'ghp_short',
  ])('but not %s', (text) => expect(credentialIn(text)).toBeUndefined());

  test('the answer holds nothing of the text', () => {
    for (const text of [
      `--password=${letters}`,
      `https://u:${letters}@h`,
      `ghp_${letters}`,
      `Authorization: Bearer ${letters}`,
    ]) {
      expect(JSON.stringify(credentialIn(text))).not.toContain(letters.slice(0, 6));
    }
  });
});

test('a hostile text takes no time', () => {
  for (const part of ['a.', 'a=', 'x://:', '"a":', 'ey', 'bearer ', '-', '$(']) {
    expect(credentialIn(part.repeat(100_000))).toBeUndefined();
  }
});

test('a credential is taken out of messages: longest first, also as JSON has it; no single letter is', () => {
  const found = [diagnose('bad-volume', { text: 'abc"d, ab and x', flaw: { kind: 'empty' } })];
  expect(redact(found, ['ab', 'abc"d', 'x'])[0]?.message).toContain('"****, **** and x"');
});
