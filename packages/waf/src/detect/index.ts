import type { Detector } from "./contract.ts";
import { scriptDetector } from "./script/index.ts";
import { sqlDetector } from "./sql/index.ts";

export type { Detector, Finding } from "./contract.ts";
export { findScript } from "./script/index.ts";
export { findSql } from "./sql/index.ts";

/** Every detector there is, by name; the order is the one in which they look. */
export const DETECTORS: readonly Detector[] = [sqlDetector, scriptDetector];
