import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { Fault, parseDuration } from "../kit/index.ts";
import { fieldsOf, readCount } from "./args.ts";
import { type Call, type Command, reply, UsageError } from "./command.ts";
import type { Reply } from "./contract.ts";

const OWNER_ONLY = 0o600;
const HISTORY_DEFAULT = "20";
const HISTORY_MAX = 400;
const WAIVER_DEFAULT = "30d";
const LANGUAGES = ["en", "ko"] as const;
const FAIL_ON = ["critical", "high", "medium", "low", "none"] as const;

/** One of a few words, or wrong use. */
function oneOf<const T extends string>(words: readonly T[], option: string, text: string): T {
  const found = words.find((word) => word === text);
  if (found === undefined) throw new UsageError(`--${option} takes ${words.join(", ")}; it was "${text}".`);
  return found;
}

export const auditCommand: Command = {
  name: "audit",
  summary: "Check the running system, say what is wrong, and keep the report.",
  positionals: [],
  options: {
    html: { type: "string", metavar: "FILE", summary: "also write the report as one page, in English and Korean" },
    sarif: { type: "boolean", metavar: "", summary: "print it as SARIF 2.1.0, for tools that read findings" },
    "fail-on": { type: "string", metavar: "SEVERITY", summary: `exit with 1 from this on: ${FAIL_ON.join(", ")} (default: high)` },
    language: { type: "string", metavar: "en|ko", summary: "the language of the text, and the first one of the page (default: en)" },
    standard: { type: "string", metavar: "NAME", summary: "print the evidence by the ids of a standard: asvs, owasp, gdpr or hipaa" },
    last: { type: "boolean", metavar: "", summary: "show the newest report again, and run nothing" },
  },
  async run(call) {
    const failOn = oneOf(FAIL_ON, "fail-on", call.text("fail-on") ?? "high");
    const language = oneOf(LANGUAGES, "language", call.text("language") ?? "en");
    const standard = call.text("standard");
    const file = call.text("html");
    const audit = await import("../audit/report/index.ts");
    if (standard !== undefined) oneOf(audit.STANDARDS, "standard", standard);
    const { data } = await call.operate(call.isSet("last") ? "audit.last" : "audit.run", {});
    const { report, digest } = fieldsOf(data);
    if (!audit.isReport(report) || typeof digest !== "string")
      throw new Fault("request.malformed", "The server answered with no report: both must be of the same version.");
    if (file !== undefined) writePage(call, file, audit.renderHtml(report, digest, language));
    const exit = audit.failsFrom(report, failOn) ? 1 : 0;
    if (call.isSet("sarif")) {
      const sarif = audit.toSarif(report);
      return reply(sarif, [JSON.stringify(sarif, null, 2)], exit);
    }
    if (standard !== undefined) {
      const evidence = audit.evidenceFor(report, oneOf(audit.STANDARDS, "standard", standard));
      return reply({ standard, evidence }, audit.printEvidence(evidence), exit);
    }
    return reply({ ...report, digest }, audit.renderText(report, digest, language), exit);
  },
};

function writePage({ io }: Call, file: string, page: string): void {
  const path = resolve(io.cwd, file);
  try {
    writeFileSync(path, page, { mode: OWNER_ONLY });
  } catch (cause) {
    throw new Fault("settings.invalid", `The file ${path} cannot be written. Name another one with --html.`, { cause });
  }
}

export const auditHistoryCommand: Command = {
  name: "audit history",
  summary: "List the audits that were run, newest first.",
  positionals: [],
  options: { last: { type: "string", metavar: "NUMBER", summary: `the newest so many (default: ${HISTORY_DEFAULT})` } },
  run: (call) => call.operate("audit.history", { last: readCount(call.text("last") ?? HISTORY_DEFAULT, "last", HISTORY_MAX) }),
};

export const auditWaiveCommand: Command = {
  name: "audit waive",
  summary: "Live with a finding for a while, with a reason and a name.",
  positionals: [{ name: "CHECK", required: true, summary: "like HF-AZ-002" }],
  options: {
    reason: { type: "string", metavar: "TEXT", summary: "why it may stay" },
    owner: { type: "string", metavar: "NAME", summary: "who answers for it" },
    "approved-by": { type: "string", metavar: "NAME", summary: "who agreed (default: the owner)" },
    for: { type: "string", metavar: "DURATION", summary: `how long, at most 180d (default: ${WAIVER_DEFAULT})` },
    finding: {
      type: "string",
      metavar: "FINGERPRINT",
      summary: "this finding only, from `holdfast audit --json` (default: all of the check)",
    },
  },
  run(call): Promise<Reply> {
    const said = (option: string): string => {
      const text = call.text(option);
      if (text === undefined) throw new UsageError(`A waiver needs --${option}. Run \`holdfast audit waive --help\`.`);
      return text;
    };
    const duration = call.text("for") ?? WAIVER_DEFAULT;
    const lastsMs = parseDuration(duration);
    if (lastsMs === undefined) throw new UsageError(`--for takes a duration like 30d; it was "${duration}".`);
    const owner = said("owner");
    const fingerprint = call.text("finding");
    return call.operate("audit.waive", {
      check: call.positional("CHECK") ?? "",
      reason: said("reason"),
      owner,
      approvedBy: call.text("approved-by") ?? owner,
      lastsMs,
      ...(fingerprint === undefined ? {} : { fingerprint }),
    });
  },
};

export const auditWaiversCommand: Command = {
  name: "audit waivers",
  summary: "List the waivers that are in force or have run out.",
  positionals: [],
  options: {},
  run: (call) => call.operate("audit.waivers", {}),
};

export const auditUnwaiveCommand: Command = {
  name: "audit unwaive",
  summary: "End a waiver: what it covered counts again.",
  positionals: [{ name: "ID", required: true, summary: "the waiver's id, from `holdfast audit waivers`" }],
  options: {},
  run: (call) => call.operate("audit.unwaive", { id: call.positional("ID") ?? "" }),
};
