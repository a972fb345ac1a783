import type { BodyLimits, BodyPlan, BodyProcessor, BodyProcessorName, BodyReader } from "./contract.ts";
import { readGraphql } from "./graphql.ts";
import { createInflatingReader } from "./inflate.ts";
import { readJson } from "./json.ts";
import { readMultipart } from "./multipart.ts";
import { readNdjson } from "./ndjson.ts";
import { createReader } from "./reader.ts";
import { readUnknown } from "./unknown.ts";
import { readUrlencoded } from "./urlencoded.ts";
import { readXml } from "./xml.ts";

export type {
  BodyFacts,
  BodyFault,
  BodyLimits,
  BodyPlan,
  BodyProblem,
  BodyProcessorName,
  BodyReader,
  FilePart,
} from "./contract.ts";
export { readGraphqlMembers } from "./graphql.ts";
export { planBody } from "./plan.ts";
export { withXmlArguments } from "./xml-arguments.ts";
export { mixedTexts } from "./xml-mixed.ts";
export { compileXmlPath, XmlPathProblem } from "./xml-path.ts";
export type { XmlTree } from "./xml-tree.ts";

const PROCESSORS: Readonly<Record<BodyProcessorName, BodyProcessor>> = {
  URLENCODED: readUrlencoded,
  MULTIPART: readMultipart,
  JSON: readJson,
  XML: readXml,
  GRAPHQL: readGraphql,
  NDJSON: readNdjson,
  NONE: readUnknown,
};

/** Opens a body for reading. Rules may have chosen another processor than the head says: `{ ...plan, processor }`. */
export function openBody(plan: BodyPlan, limits: BodyLimits): BodyReader {
  const processor = PROCESSORS[plan.processor];
  return plan.coding === undefined ? createReader(plan, limits, processor) : createInflatingReader(plan.coding, plan, limits, processor);
}
