import type { Target } from "./target.ts";

/** One way to look for holes: the same words for the weak server and for Holdfast. */
export interface Scan {
  readonly name: string;
  /** A program that it needs on the path. Without it, the scan is not run and says so. */
  readonly tool?: string;
  /** The only system on which it can look, where that is so. */
  readonly system?: NodeJS.Platform;
  /** What it has to find on the weak server before it is believed. */
  readonly bites: readonly RegExp[];
  /** Gives back what it found, and throws when it could not look. */
  run(target: Target, folder: string): Promise<readonly string[]>;
}
