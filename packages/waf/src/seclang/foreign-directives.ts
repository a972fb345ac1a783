import type { Source } from "../rule/index.ts";
import type { Draft } from "./draft.ts";

/**
 * A directive of ModSecurity that means nothing inside a server, and what becomes of it: `remark` loads on and says so, `refuse` fails,
 * because going on would leave out protection that the file counts on. `harmless` lists the values that change nothing and pass unsaid.
 */
export interface ForeignRow {
  readonly name: string;
  readonly then: "remark" | "refuse";
  readonly why: string;
  readonly harmless?: readonly string[];
}

const OWN_LOG = "matches are handed to the server, which writes them where it likes";
const IN_MEMORY = "bodies stay in memory, within their limits";
const NO_HASH = "links are not signed here; without the signature check the rules of this file protect less than they say";
const OWN_LIMITS = "the server's own connection limits hold";

export const FOREIGN_ROWS: readonly ForeignRow[] = [
  { name: "SecAuditEngine", then: "remark", why: OWN_LOG },
  { name: "SecAuditLog", then: "remark", why: OWN_LOG },
  { name: "SecAuditLog2", then: "remark", why: OWN_LOG },
  { name: "SecAuditLogDir", then: "remark", why: OWN_LOG },
  { name: "SecAuditLogDirMode", then: "remark", why: OWN_LOG },
  { name: "SecAuditLogFileMode", then: "remark", why: OWN_LOG },
  { name: "SecAuditLogFormat", then: "remark", why: OWN_LOG },
  { name: "SecAuditLogParts", then: "remark", why: OWN_LOG },
  { name: "SecAuditLogPrefix", then: "remark", why: OWN_LOG },
  { name: "SecAuditLogRelevantStatus", then: "remark", why: OWN_LOG },
  { name: "SecAuditLogStorageDir", then: "remark", why: OWN_LOG },
  { name: "SecAuditLogType", then: "remark", why: OWN_LOG },
  { name: "SecCacheTransformations", then: "remark", why: "transformed values are always shared" },
  { name: "SecChrootDir", then: "remark", why: "the process is the server's", harmless: ["none"] },
  { name: "SecConnEngine", then: "remark", why: OWN_LIMITS, harmless: ["off"] },
  { name: "SecConnReadStateLimit", then: "remark", why: OWN_LIMITS },
  { name: "SecConnWriteStateLimit", then: "remark", why: OWN_LIMITS },
  { name: "SecReadStateLimit", then: "remark", why: OWN_LIMITS },
  { name: "SecWriteStateLimit", then: "remark", why: OWN_LIMITS },
  { name: "SecContentInjection", then: "remark", why: "what an application answers is not changed", harmless: ["off"] },
  { name: "SecCookieFormat", then: "remark", why: "cookies are read as RFC 6265 says (version 0)", harmless: ["0"] },
  { name: "SecCookieV0Separator", then: "refuse", why: "cookies are parted by a semicolon (RFC 6265)", harmless: [";"] },
  { name: "SecDataDir", then: "remark", why: "collections are kept in the memory of the process" },
  { name: "SecDebugLog", then: "remark", why: "there is no debug log; explain() shows what a request met" },
  { name: "SecDebugLogLevel", then: "remark", why: "there is no debug log; explain() shows what a request met" },
  { name: "SecDisableBackendCompression", then: "remark", why: "a compressed answer is not read", harmless: ["off"] },
  { name: "SecGeoLookupDb", then: "remark", why: "no country data is read: @geoLookup never matches" },
  { name: "SecGsbLookupDb", then: "remark", why: "no such data is read: @gsbLookup is not known" },
  { name: "SecGuardianLog", then: "remark", why: OWN_LOG },
  { name: "SecHashEngine", then: "refuse", why: NO_HASH, harmless: ["off"] },
  { name: "SecHashKey", then: "refuse", why: NO_HASH },
  { name: "SecHashMethodPm", then: "refuse", why: NO_HASH },
  { name: "SecHashMethodRx", then: "refuse", why: NO_HASH },
  { name: "SecHashParam", then: "refuse", why: NO_HASH },
  { name: "SecHttpBlKey", then: "remark", why: "no block list is asked over the network: @rbl never matches" },
  { name: "SecInterceptOnError", then: "remark", why: "a test that cannot be done refuses the request" },
  { name: "SecParseXmlIntoArgs", then: "refuse", why: "XML is read into XML:/* and XML://@*, not into ARGS", harmless: ["off"] },
  { name: "SecPcreMatchLimit", then: "remark", why: "patterns run in linear time and within a budget of steps for each request" },
  { name: "SecPcreMatchLimitRecursion", then: "remark", why: "patterns run in linear time and within a budget of steps for each request" },
  { name: "SecRemoteRules", then: "refuse", why: "rules that come over the network could be changed by others; keep them in a file" },
  { name: "SecRemoteRulesFailAction", then: "remark", why: "no rules come over the network" },
  { name: "SecRequestBodyInMemoryLimit", then: "remark", why: IN_MEMORY },
  { name: "SecRuleInheritance", then: "refuse", why: "there is one rule set and nothing to inherit from", harmless: ["on"] },
  { name: "SecRulePerfTime", then: "remark", why: "the command's bench measures rules" },
  { name: "SecRuleScript", then: "refuse", why: "a firewall inside a server runs no Lua; write the rule with rule({ … }) or SecRule" },
  { name: "SecSensorId", then: "remark", why: OWN_LOG },
  { name: "SecServerSignature", then: "remark", why: "the server names itself" },
  { name: "SecStatusEngine", then: "remark", why: "nothing is reported to anybody", harmless: ["off"] },
  { name: "SecStreamInBodyInspection", then: "remark", why: "bodies are read whole, within their limits", harmless: ["off"] },
  { name: "SecStreamOutBodyInspection", then: "remark", why: "bodies are read whole, within their limits", harmless: ["off"] },
  { name: "SecTmpDir", then: "remark", why: IN_MEMORY },
  { name: "SecTmpSaveUploadedFiles", then: "remark", why: IN_MEMORY, harmless: ["off"] },
  { name: "SecUnicodeCodePage", then: "remark", why: "the code page 20127 (US-ASCII) is built in", harmless: ["20127"] },
  { name: "SecUnicodeMapFile", then: "remark", why: "the map of code page 20127 (US-ASCII) is built in; the file is not read" },
  { name: "SecUploadDir", then: "remark", why: IN_MEMORY },
  { name: "SecUploadFileLimit", then: "remark", why: "the limits of a body bound its files" },
  { name: "SecUploadFileMode", then: "remark", why: IN_MEMORY },
  { name: "SecUploadKeepFiles", then: "remark", why: IN_MEMORY, harmless: ["off"] },
  { name: "SecWebAppId", then: "remark", why: "one process serves one application: WEBAPPID is empty" },
  { name: "SecXmlExternalEntity", then: "refuse", why: "XML that names entities is an attack", harmless: ["off"] },
];

/** Says what becomes of a directive that is known and means nothing here. */
export function applyForeign(draft: Draft, row: ForeignRow, values: readonly string[], source: Source): void {
  if (values.length === 1 && row.harmless?.includes(values[0]?.toLowerCase() ?? "") === true) return;
  if (row.then === "remark") draft.problems.remark(source, `${row.name} does nothing: ${row.why}`);
  else draft.problems.add(source, `${row.name} cannot be obeyed: ${row.why}`);
}
