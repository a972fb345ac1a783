const NO_SCRIPT = "the file that a web server runs for a request is not known here";
const NO_TIMES = "the command's bench measures rules";
const NO_RESPONSE_PROCESSOR = "answers are read as text: RESPONSE_BODY";

/** Variables of other engines that mean nothing inside a server: why a rule that asks for one is refused. It would never match, unseen. */
export const FOREIGN_VARIABLES: ReadonlyMap<string, string> = new Map([
  ["ARGS_PATH", "parts of a path are not arguments here: use @rx with capture on REQUEST_FILENAME, and TX:1"],
  ["JSON", "the members of a JSON body are arguments: ARGS:json.name"],
  ["PERF_ALL", NO_TIMES],
  ["PERF_COMBINED", NO_TIMES],
  ["PERF_GC", NO_TIMES],
  ["PERF_LOGGING", NO_TIMES],
  ["PERF_PHASE1", NO_TIMES],
  ["PERF_PHASE2", NO_TIMES],
  ["PERF_PHASE3", NO_TIMES],
  ["PERF_PHASE4", NO_TIMES],
  ["PERF_PHASE5", NO_TIMES],
  ["PERF_RULES", NO_TIMES],
  ["PERF_SREAD", NO_TIMES],
  ["PERF_SWRITE", NO_TIMES],
  ["RESPONSE_ARGS", NO_RESPONSE_PROCESSOR],
  ["RESPONSE_XML", NO_RESPONSE_PROCESSOR],
  ["RES_BODY_ERROR", NO_RESPONSE_PROCESSOR],
  ["RES_BODY_ERROR_MSG", NO_RESPONSE_PROCESSOR],
  ["RES_BODY_PROCESSOR", NO_RESPONSE_PROCESSOR],
  ["RES_BODY_PROCESSOR_ERROR", NO_RESPONSE_PROCESSOR],
  ["RES_BODY_PROCESSOR_ERROR_MSG", NO_RESPONSE_PROCESSOR],
  ["SCRIPT_BASENAME", NO_SCRIPT],
  ["SCRIPT_FILENAME", NO_SCRIPT],
  ["SCRIPT_GID", NO_SCRIPT],
  ["SCRIPT_GROUPNAME", NO_SCRIPT],
  ["SCRIPT_MODE", NO_SCRIPT],
  ["SCRIPT_UID", NO_SCRIPT],
  ["SCRIPT_USERNAME", NO_SCRIPT],
  ["SDBM_DELETE_ERROR", "collections are kept in the memory of the process"],
]);

/** Variables that are known and never have a value: a rule that asks for one loads, with a remark. */
export const EMPTY_VARIABLES: ReadonlyMap<string, string> = new Map([
  ["FILES_TMPNAMES", "files stay in memory (FILES_TMP_CONTENT)"],
  ["WEBSERVER_ERROR_LOG", "no web server writes an error log for rules"],
]);

/** Other names for variables. */
export const OTHER_NAMES: ReadonlyMap<string, string> = new Map([["REQUEST_XML", "XML"]]);
