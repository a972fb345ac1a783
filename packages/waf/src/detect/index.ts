import { codeDetectors } from "./code/index.ts";
import { commandDetectors } from "./command/index.ts";
import { toldDetector } from "./command/told.ts";
import { commandTraceDetector } from "./command/traces.ts";
import type { Detector } from "./contract.ts";
import { graphqlDetector } from "./graphql/index.ts";
import { headerDetector } from "./header/index.ts";
import { includeDetector } from "./include/index.ts";
import { uploadDetector } from "./include/upload.ts";
import { ldapDetector } from "./ldap/index.ts";
import { lookupDetector } from "./lookup/index.ts";
import { mailArgumentDetector, mailDetector } from "./mail/index.ts";
import { nosqlCutDetector } from "./nosql/cut.ts";
import { nosqlDetector } from "./nosql/index.ts";
import { objectDetector } from "./object/index.ts";
import { createPartDetector } from "./part.ts";
import { pathDetector, pathStartDetector } from "./path/index.ts";
import { climbDetector, remoteDetector } from "./path/parameter.ts";
import { targetDetector } from "./path/target.ts";
import { prototypeDetector } from "./prototype/index.ts";
import { agentDetector, probeDetector } from "./scanner/index.ts";
import { scriptDetector } from "./script/index.ts";
import { dialectDetector } from "./sql/dialects.ts";
import { sqlDetectors } from "./sql/index.ts";
import { ssrfDetector } from "./ssrf/index.ts";
import { templateDetector } from "./template/index.ts";
import { tokenDetector } from "./token/index.ts";
import { documentDetector, xmlDetector } from "./xml/index.ts";
import { xpathDetector } from "./xpath/index.ts";

export type { Detector, Finding } from "./contract.ts";
export { createExaminer, createSeen, type Examination, type Seen } from "./examine.ts";
export { findScript } from "./script/index.ts";
export { findSql } from "./sql/index.ts";

/** Every detector that looks at any value, by name; the order is the one in which they look. */
export const DETECTORS: readonly Detector[] = [
  ...sqlDetectors,
  dialectDetector,
  ...commandDetectors,
  commandTraceDetector,
  mailDetector,
  mailArgumentDetector,
  xpathDetector,
  ldapDetector,
  nosqlDetector,
  nosqlCutDetector,
  ...codeDetectors,
  templateDetector,
  scriptDetector,
  pathDetector,
  pathStartDetector,
  ssrfDetector,
  xmlDetector,
  includeDetector,
  lookupDetector,
  prototypeDetector,
  objectDetector,
  headerDetector,
  graphqlDetector,
];

/** Detectors that look at one place of a request alone: the User-Agent, the path, a token, a whole body of XML, the content of a file, a parameter, the text of an editor. */
export const PLACE_DETECTORS: readonly Detector[] = [
  agentDetector,
  probeDetector,
  tokenDetector,
  documentDetector,
  uploadDetector,
  targetDetector,
  climbDetector,
  remoteDetector,
  createPartDetector(DETECTORS),
  toldDetector,
];
