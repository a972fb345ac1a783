import type { Settings } from "./rule.ts";

const MEBIBYTE = 1_048_576;

/**
 * What holds where no directive says otherwise. The limits are those of ModSecurity's recommended set-up; the engine is on and bodies are read,
 * because a firewall that was installed and does nothing protects nobody (ModSecurity's own default is off).
 */
export const DEFAULT_SETTINGS: Settings = Object.freeze({
  engine: "on",
  requestBodyAccess: true,
  responseBodyAccess: false,
  requestBodyBytesMax: 12.5 * MEBIBYTE,
  requestBodyNoFilesBytesMax: MEBIBYTE / 8,
  requestBodyOverLimit: "reject",
  requestBodyJsonDepthMax: 512,
  xmlArguments: "off",
  responseBodyBytesMax: MEBIBYTE / 2,
  responseBodyOverLimit: "process-partial",
  responseBodyTypes: Object.freeze(["text/plain", "text/html", "text/xml"]),
  argumentSeparator: "&",
  argumentsMax: 1_000,
  jsonLeavesMax: undefined,
  stepsMax: undefined,
  collectionTimeoutSeconds: 3_600,
  componentSignatures: Object.freeze([]),
  webApplication: "default",
});
