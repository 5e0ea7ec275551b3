import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { FoldImage } from "../fold.ts";
import { imageOf, slicesOf } from "./image-slices.ts";
import { readSnapshot, writeSnapshot } from "./snapshot-file.ts";

/** A fold saved to begin from. Worth nothing by itself: deleting it changes nothing but the time a start takes. */
export interface Snapshots<S extends object> {
  /** Undefined when there is none that this build can use: absent, damaged, or of another build's fold. */
  load(logId: string): Promise<FoldImage<S> | undefined>;
  /** Written beside the old one and put in its place, in slices that let other work run. */
  save(logId: string, image: FoldImage<S>): Promise<void>;
}

/** @param build the hash of the code that folds; a snapshot of another one is not used. */
export function snapshotsIn<S extends object>(directory: string, build: string, initialState: () => S): Snapshots<S> {
  const file = join(directory, "snapshot.bin");
  return {
    async load(logId) {
      const slices = await readSnapshot(file, { build, logId });
      return slices && imageOf(slices, initialState());
    },
    async save(logId, image) {
      // Before anything is awaited: the fold goes on meanwhile.
      const slices = slicesOf(image);
      await mkdir(directory, { recursive: true });
      await writeSnapshot(file, { build, logId }, slices);
    },
  };
}
