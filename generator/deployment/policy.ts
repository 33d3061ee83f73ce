// Policies for admission controllers: only these images, and Docker's only with Docker's signature.

import { compare } from '../diagnostics.ts';
import type { ListedImage } from './list-images.ts';
import { writeYaml } from '../yaml/write.ts';
import {
  isDigest,
  formatReference,
  mapReference,
  parseReference,
  type RegistryMap,
  splitReference,
} from '../registry/reference.ts';

export interface PolicyInput {
  readonly images: readonly ListedImage[];
  /** Where the servers run; a Kyverno policy holds there only. */
  readonly namespace: string;
  readonly registryMaps: readonly RegistryMap[];
}

/** What the gateway itself checks when it starts containers, which it does not in a cluster (its pkg/signatures). */
const dockerKey = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAETcvGv5qypnoxKkFIQOdXZ+2H6JN8
8kmAQrMkTb6SmJ7BY59OJIOpTwdjD5joLot6zFs1Q7HHDmkF5HOaC8zSnA==
-----END PUBLIC KEY-----
`;
const signatures = 'docker.io/mcp/signatures';
const rekor = 'https://rekor.sigstore.dev';

/** Docker signs what it builds itself: the images of its namespace `mcp/`. */
function isSignedByDocker({ original }: ListedImage): boolean {
  const reference = parseReference(original);
  return !('reason' in reference) && reference.registry === 'docker.io' && reference.repository.startsWith('mcp/');
}

/** Images without a digest cannot be held to anything. */
export function unpinned(images: readonly ListedImage[]): readonly ListedImage[] {
  return images.filter(({ image }) => !isDigest(splitReference(image).digest));
}

/** A Kyverno ClusterPolicy (kyverno.io/v1, Kyverno 1.13 and later). */
export function kyvernoPolicy({ images, namespace, registryMaps }: PolicyInput): string {
  const match = { any: [{ resources: { kinds: ['Pod'], namespaces: [namespace] } }] };
  const signed = images.filter(isSignedByDocker).map(fullName);
  const policy = {
    apiVersion: 'kyverno.io/v1',
    kind: 'ClusterPolicy',
    metadata: { name: `mcp-images-${namespace}`.slice(0, 63) },
    spec: {
      background: false,
      webhookConfiguration: { failurePolicy: 'Fail', timeoutSeconds: 30 },
      rules: [
        {
          name: 'locked-images',
          match,
          validate: {
            failureAction: 'Enforce',
            message: 'Only the images of mcp.lock.yaml may run here, by their digests.',
            foreach: [
              {
                list: 'request.object.spec.[ephemeralContainers, initContainers, containers][]',
                deny: {
                  conditions: {
                    all: [
                      {
                        key: '{{ element.image }}',
                        operator: 'AnyNotIn',
                        value: images.flatMap((image) => spellings(image.image)).sort(compare),
                      },
                    ],
                  },
                },
              },
            ],
          },
        },
        ...(signed.length === 0
          ? []
          : [
              {
                name: 'signed-by-docker',
                match,
                verifyImages: [
                  {
                    imageReferences: signed,
                    failureAction: 'Enforce',
                    mutateDigest: false,
                    verifyDigest: true,
                    required: true,
                    repository: mapReference(signatures, registryMaps),
                    attestors: [{ count: 1, entries: [{ keys: { publicKeys: dockerKey, rekor: { url: rekor } } }] }],
                  },
                ],
              },
            ]),
      ],
    },
  };
  return write([policy], '');
}

/** ClusterImagePolicies of Sigstore's policy-controller (policy.sigstore.dev/v1beta1). */
export function sigstorePolicy({ images, namespace, registryMaps }: PolicyInput): string {
  const policy = (name: string, of: readonly ListedImage[], authority: object): object => ({
    apiVersion: 'policy.sigstore.dev/v1beta1',
    kind: 'ClusterImagePolicy',
    metadata: { name },
    spec: { images: of.map((image) => ({ glob: ggcrName(fullName(image)) })), authorities: [authority] },
  });
  const signed = images.filter(isSignedByDocker);
  const others = images.filter((image) => !isSignedByDocker(image));
  return write(
    [
      ...(signed.length === 0
        ? []
        : [
            policy('mcp-images-signed-by-docker', signed, {
              name: 'docker',
              key: { data: dockerKey, hashAlgorithm: 'sha256' },
              ctlog: { url: rekor },
              source: [{ oci: ggcrName(mapReference(signatures, registryMaps)) }],
            }),
          ]),
      ...(others.length === 0
        ? []
        : [policy('mcp-images-by-digest', others, { name: 'locked', static: { action: 'pass' } })]),
    ],
    `# The controller checks namespaces with a label, and refuses there what no policy names (no-match-policy: deny):
#   kubectl label namespace ${namespace} policy.sigstore.dev/include=true
`,
  );
}

/** As manifests write it, and in full: a policy compares texts. */
function spellings(image: string): string[] {
  return [...new Set([image, fullNameOf(image)])];
}

function fullName({ image }: ListedImage): string {
  return fullNameOf(image);
}

function fullNameOf(image: string): string {
  const reference = parseReference(image);
  return 'reason' in reference ? image : formatReference(reference);
}

/** The policy-controller calls Docker Hub by its old name. */
function ggcrName(name: string): string {
  return name.replace(/^docker\.io\//, 'index.docker.io/');
}

function write(documents: readonly object[], comment: string): string {
  return `${comment}${documents.map((document) => writeYaml(document)).join('---\n')}`;
}
