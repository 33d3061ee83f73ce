// What is said of mistakes in the arguments, and of files that cannot be read or written. Exit status 2; they have no place in a file.

import { shellWord } from '../../shell.ts';
import { quote } from '../types.ts';

/** What a system call says, in words. */
const systemErrors: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'no space left on the device',
  EFBIG: 'it would be too large for the file system or the limit (ulimit -f)',
  EIO: 'the device has an error',
  EROFS: 'the file system is read-only',
};

/** Why a file cannot be read or written: the system's code, or what it says where the code is another. */
export interface FileFailure {
  readonly action: string;
  readonly name: string;
  readonly code: string | undefined;
  readonly message: string;
}

export const usageTexts = {
  file: ({ action, name, code, message }: FileFailure) =>
    `cannot ${action} ${name}: ${systemErrors[code ?? ''] ?? message}`,
  notUtf8: ({ name }: { name: string }) =>
    `cannot read ${name}: it is not UTF-8 text. Convert it, e.g. with iconv -t utf-8`,
  catalogOfDocker: ({ name, reference }: { name: string; reference: string }) =>
    `cannot read ${name}: it is a server of a catalog of docker mcp. Write the catalog to a file: docker mcp catalog show ${shellWord(reference)} --format yaml > catalog.yaml, and choose with --servers`,
  fileUrl: ({ name }: { name: string }) =>
    `cannot read ${name}: write the path of the file: ${shellWord(name.replace(/^file:\/\//, ''))}`,
  url: ({ name }: { name: string }) =>
    `cannot read ${name}: it is a URL, not a file. Download it: curl -fLo catalog.yaml ${shellWord(name)}`,
  reference: ({ name }: { name: string }) =>
    `cannot read ${name}: there is no such file. If it is a catalog or profile in a registry, mcpgen pull ${shellWord(name)} writes it to a file`,
  isInput: ({ name, input }: { name: string; input: string }) =>
    `cannot write ${name}: it is the input ${input}. Choose another file`,
  isLink: ({ name }: { name: string }) =>
    `cannot write ${name}: it is a symbolic link. Name the file that it points to`,
  standardInputTwice: () => 'standard input (-) can be read only once',
  unknownCode: ({ code, meant }: { code: string; meant: string | undefined }) =>
    `no diagnostic has the code ${quote(code)}: ${meant ?? 'docs/diagnostics.md has all of them'}`,
  template: ({ name, problem }: { name: string; problem: string }) => `cannot use the template ${name}: ${problem}`,
  pull: ({ reference, problem }: { reference: string; problem: string }) => `cannot pull ${reference}: ${problem}`,
  openImage: ({ image, problem }: { image: string; problem: string }) =>
    `cannot open ${image} to other users: ${problem}`,
  openTarget: ({ reference, problem }: { reference: string; problem: string }) =>
    `cannot write to ${reference}: ${problem}`,
  image: ({ image, problem }: { image: string; problem: string }) => `cannot read docker://${image}: ${problem}`,
  notSelfDescribed: ({ image }: { image: string }) =>
    `docker://${image} does not describe itself: it has no label io.docker.server.metadata`,
  notInLock: ({ name }: { name: string }) =>
    `cannot read ${name}: no lock file has its catalog entry. Run mcpgen lock ${name} first, or add --resolve`,
  noDigests: ({ images }: { images: readonly string[] }) =>
    `a policy needs digests, and ${images.join(', ')} ${images.length === 1 ? 'has' : 'have'} none: pass the lock file, or values compiled with it`,
  noCertificate: ({ name }: { name: string }) => `cannot read ${name}: it has no certificate in PEM form`,
  damagedCertificate: ({ name, number }: { name: string; number: number }) =>
    `cannot read ${name}: its certificate ${number} is damaged`,
  proxy: ({ variable }: { variable: string }) =>
    `${variable} is not the address of an HTTP proxy; write http://HOST:PORT`,
  relayAddress: ({ url }: { url: string }) => `${url} is not the address of a relay. Write e.g. http://localhost:9090`,
  relay: ({ problem }: { problem: string }) =>
    `${problem}. Forward the port of the relay's Service first: kubectl port-forward service/mcp-mcpgen-relay 9090`,
  applyWithoutChart: () => '--apply needs to know the chart: write chart: {repository, version} to the tenants file',
  applyWithoutGit: () => '--apply argocd needs a repository: write git: {url, revision, path} to the tenants file',
};
