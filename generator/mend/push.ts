// Writes a planned image: blobs first, then manifests, and the tag last, so that it never names what is not there.

import type { Document, Uploader, Way } from '../registry/upload.ts';
import type { Plan } from './plan.ts';

/** What became of the blobs. */
export type Pushed = Readonly<Record<Way, number>>;

/** The document that the tag names. */
export function topOf({ images, index }: Plan): Document | undefined {
  return index ?? images[0]?.manifest;
}

/** Pushes all of it; undefined if the tag has it already. */
export async function pushPlan(uploader: Uploader, plan: Plan, tag: string): Promise<Pushed | undefined> {
  const top = topOf(plan);
  if (!top || (await uploader.isTagged(tag, top.digest))) return undefined;
  const pushed: Record<Way, number> = { present: 0, mounted: 0, copied: 0, sent: 0 };
  const done = new Set<string>();
  for (const { manifest, kept, added } of plan.images) {
    const config = added.length > 0 ? [] : [kept.config];
    for (const blob of [...kept.layers, ...config]) {
      if (done.has(blob.digest)) continue;
      pushed[await uploader.copy(blob)]++;
      done.add(blob.digest);
    }
    for (const document of added) pushed[await uploader.send(document)]++;
    if (plan.index) await uploader.manifest(manifest);
  }
  await uploader.manifest(top, tag);
  return pushed;
}
