import type { Source } from "../rule/index.ts";
import type { Draft } from "./draft.ts";
import { excerpt } from "./words.ts";

/**
 * A directive of ModSecurity that means nothing inside a server, and what becomes of it: `remark` loads on and says so, `refuse` fails,
 * because going on would leave out protection that the file counts on. `harmless` lists the values that change nothing and pass unsaid.
 */
export interface ForeignRow {
  readonly name: string;
  readonly becomes: "remark" | "refuse";
  readonly why: string;
  readonly harmless?: readonly string[];
  /** Stands where a rule does: a chain ends with it, and what is missing behind it is no problem of its own. */
  readonly isRule?: boolean;
  /** What its values have to look like all the same: a slip of the pen is told. */
  readonly form?: { readonly pattern: RegExp; readonly expected: string };
}

const OWN_LOG = "matches are handed to the server, which writes them where it likes";
const IN_MEMORY = "bodies stay in memory, within their limits";
const NO_HASH = "links are not signed here; without the signature check the rules of this file protect less than they say";
const OWN_LIMITS = "the server's own connection limits hold";

export const FOREIGN_ROWS: readonly ForeignRow[] = [
  { name: "Header", becomes: "remark", why: "it belongs to Apache's mod_headers, and what an application answers is not changed" },
  { name: "RequestHeader", becomes: "remark", why: "it belongs to Apache's mod_headers, and what an application reads is not changed" },
  { name: "SecAuditEngine", becomes: "remark", why: OWN_LOG },
  { name: "SecAuditLog", becomes: "remark", why: OWN_LOG },
  { name: "SecAuditLog2", becomes: "remark", why: OWN_LOG },
  { name: "SecAuditLogDir", becomes: "remark", why: OWN_LOG },
  { name: "SecAuditLogDirMode", becomes: "remark", why: OWN_LOG },
  { name: "SecAuditLogFileMode", becomes: "remark", why: OWN_LOG },
  { name: "SecAuditLogFormat", becomes: "remark", why: OWN_LOG },
  { name: "SecAuditLogParts", becomes: "remark", why: OWN_LOG },
  { name: "SecAuditLogPrefix", becomes: "remark", why: OWN_LOG },
  { name: "SecAuditLogRelevantStatus", becomes: "remark", why: OWN_LOG },
  { name: "SecAuditLogStorageDir", becomes: "remark", why: OWN_LOG },
  { name: "SecAuditLogType", becomes: "remark", why: OWN_LOG },
  { name: "SecCacheTransformations", becomes: "remark", why: "transformed values are always shared" },
  { name: "SecChrootDir", becomes: "remark", why: "the process is the server's", harmless: ["none"] },
  { name: "SecConnEngine", becomes: "remark", why: OWN_LIMITS, harmless: ["off"] },
  { name: "SecConnReadStateLimit", becomes: "remark", why: OWN_LIMITS },
  { name: "SecConnWriteStateLimit", becomes: "remark", why: OWN_LIMITS },
  { name: "SecPdfProtect", becomes: "remark", why: "readers of PDF have mended it" },
  { name: "SecPdfProtectMethod", becomes: "remark", why: "readers of PDF have mended it" },
  { name: "SecPdfProtectSecret", becomes: "remark", why: "readers of PDF have mended it" },
  { name: "SecPdfProtectTimeout", becomes: "remark", why: "readers of PDF have mended it" },
  { name: "SecPdfProtectTokenName", becomes: "remark", why: "readers of PDF have mended it" },
  { name: "SecReadStateLimit", becomes: "remark", why: OWN_LIMITS },
  { name: "SecWriteStateLimit", becomes: "remark", why: OWN_LIMITS },
  { name: "SecContentInjection", becomes: "remark", why: "what an application answers is not changed", harmless: ["off"] },
  { name: "SecCookieFormat", becomes: "remark", why: "cookies are read as RFC 6265 says (version 0)", harmless: ["0"] },
  { name: "SecCookieV0Separator", becomes: "refuse", why: "cookies are parted by a semicolon (RFC 6265)", harmless: [";"] },
  { name: "SecDataDir", becomes: "remark", why: "collections are kept in the memory of the process" },
  { name: "SecDebugLog", becomes: "remark", why: "there is no debug log; explain() shows what a request met" },
  { name: "SecDebugLogLevel", becomes: "remark", why: "there is no debug log; explain() shows what a request met" },
  { name: "SecDisableBackendCompression", becomes: "remark", why: "a compressed answer is not read", harmless: ["off"] },
  { name: "SecGsbLookupDb", becomes: "remark", why: "no such data is read: @gsbLookup is not known" },
  { name: "SecGuardianLog", becomes: "remark", why: OWN_LOG },
  { name: "SecHashEngine", becomes: "refuse", why: NO_HASH, harmless: ["off"] },
  { name: "SecHashKey", becomes: "refuse", why: NO_HASH },
  { name: "SecHashMethodPm", becomes: "refuse", why: NO_HASH },
  { name: "SecHashMethodRx", becomes: "refuse", why: NO_HASH },
  { name: "SecHashParam", becomes: "refuse", why: NO_HASH },
  {
    name: "SecHttpBlKey",
    becomes: "remark",
    why: "no list is asked over the network: @rbl asks the source of lists that the server gives",
  },
  {
    name: "SecIgnoreRuleCompilationErrors",
    becomes: "refuse",
    why: "a rule that cannot be read would be left out unseen",
    harmless: ["off"],
  },
  { name: "SecInterceptOnError", becomes: "remark", why: "a test that cannot be done refuses the request" },
  { name: "SecPcreMatchLimit", becomes: "remark", why: "patterns run in linear time and within a budget of steps for each request" },
  {
    name: "SecPcreMatchLimitRecursion",
    becomes: "remark",
    why: "patterns run in linear time and within a budget of steps for each request",
  },
  { name: "SecRemoteRules", becomes: "refuse", why: "rules that come over the network could be changed by others; keep them in a file" },
  { name: "SecRemoteTimeout", becomes: "remark", why: "no rules come over the network" },
  { name: "SecRemoteRulesFailAction", becomes: "remark", why: "no rules come over the network" },
  { name: "SecRequestBodyInMemoryLimit", becomes: "remark", why: IN_MEMORY },
  { name: "SecRuleInheritance", becomes: "refuse", why: "there is one rule set and nothing to inherit from", harmless: ["on"] },
  { name: "SecRulePerfTime", becomes: "remark", why: "the command's bench measures rules" },
  {
    name: "SecRuleScript",
    becomes: "refuse",
    why: "a firewall inside a server runs no Lua; write the rule with rule({ … }) or SecRule",
    isRule: true,
  },
  { name: "SecRxPreFilter", becomes: "remark", why: "every pattern is looked for by its literals first" },
  { name: "SecSensorId", becomes: "remark", why: OWN_LOG },
  { name: "SecServerSignature", becomes: "remark", why: "the server names itself" },
  { name: "SecStatusEngine", becomes: "remark", why: "nothing is reported to anybody", harmless: ["off"] },
  { name: "SecStreamInBodyInspection", becomes: "remark", why: "bodies are read whole, within their limits", harmless: ["off"] },
  { name: "SecStreamOutBodyInspection", becomes: "remark", why: "bodies are read whole, within their limits", harmless: ["off"] },
  { name: "SecTmpDir", becomes: "remark", why: IN_MEMORY },
  { name: "SecTmpSaveUploadedFiles", becomes: "remark", why: IN_MEMORY, harmless: ["off"] },
  { name: "SecUnicodeCodePage", becomes: "remark", why: "the code page 20127 (US-ASCII) is built in", harmless: ["20127"] },
  { name: "SecUnicodeMap", becomes: "remark", why: "the map of code page 20127 (US-ASCII) is built in; the file is not read" },
  {
    name: "SecUnicodeMapFile",
    becomes: "remark",
    why: "the map of code page 20127 (US-ASCII) is built in; the file is not read",
    form: { pattern: /^\S+ \d{1,5}$/, expected: "a file and the number of a code page" },
  },
  { name: "SecUploadDir", becomes: "remark", why: IN_MEMORY },
  { name: "SecUploadFileLimit", becomes: "remark", why: "the limits of a body bound its files" },
  { name: "SecUploadFileMode", becomes: "remark", why: IN_MEMORY },
  { name: "SecUploadKeepFiles", becomes: "remark", why: IN_MEMORY, harmless: ["off"] },
  { name: "SecXmlExternalEntity", becomes: "remark", why: "XML with a document type is refused, whatever it names", harmless: ["off"] },
];

/** Says what becomes of a directive that is known and means nothing here. */
export function applyForeign(draft: Draft, row: ForeignRow, values: readonly string[], source: Source): void {
  if (row.isRule === true) draft.openChain = undefined;
  if (row.form?.pattern.test(values.join(" ")) === false)
    draft.problems.add(source, `${row.name}: found ${excerpt(values.join(" "))}; expected ${row.form.expected}`);
  if (values.length === 1 && row.harmless?.includes(values[0]?.toLowerCase() ?? "") === true) return;
  if (row.becomes === "remark") draft.problems.remark(source, `${row.name} does nothing: ${row.why}`);
  else draft.problems.add(source, `${row.name} cannot be obeyed: ${row.why}`);
}
