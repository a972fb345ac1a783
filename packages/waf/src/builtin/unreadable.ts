// Bodies that are read in two ways, or in none.
import { type Rule, rule, type TargetInput } from "../rule/index.ts";
import { PROTOCOL_ID, tagsOf } from "./numbers.ts";

/**
 * The parts of MULTIPART_STRICT_ERROR but for two that honest clients send and all readers read alike: a boundary in quotes (.NET, Java),
 * and a line before the first part. A boundary is unmatched at 1; at 2 a line of a text only begins with hyphens.
 */
const TWO_READINGS: readonly TargetInput[] = [
  "MULTIPART_BOUNDARY_WHITESPACE",
  "MULTIPART_DATA_AFTER",
  "MULTIPART_HEADER_FOLDING",
  "MULTIPART_LF_LINE",
  "MULTIPART_MISSING_SEMICOLON",
  "MULTIPART_INVALID_QUOTING",
  "MULTIPART_INVALID_PART",
  "MULTIPART_INVALID_HEADER_FOLDING",
  "MULTIPART_FILE_LIMIT_EXCEEDED",
  "MULTIPART_UNMATCHED_BOUNDARY",
];

/** A body that could not be read to its end: the application may read it otherwise than we do, so it goes no further. */
export function unreadableRules(): Rule[] {
  return [
    rule({
      id: PROTOCOL_ID + 501,
      phase: 2,
      targets: ["REQBODY_ERROR"],
      operator: { name: "eq", argument: "0", negated: true },
      disruptive: { kind: "deny", status: 400 },
      message: "Body that cannot be read",
      logData: "%{REQBODY_ERROR_MSG}",
      severity: "critical",
      tags: tagsOf(1, 20, ["attack-protocol"]),
    }),
    rule({
      id: PROTOCOL_ID + 502,
      phase: 2,
      targets: TWO_READINGS,
      operator: { name: "eq", argument: "1" },
      disruptive: { kind: "deny", status: 400 },
      message: "Multipart body that two readers take for two different things",
      logData: "%{MATCHED_VAR_NAME}",
      severity: "critical",
      tags: tagsOf(1, 20, ["attack-protocol", "attack-multipart-header"]),
    }),
  ];
}
