import type { Audit } from "../audit/index.ts";
import { Fault } from "../kit/index.ts";
import { fieldsOf, numberField, optionalText, textField } from "./args.ts";
import { reply } from "./command.ts";
import type { Operations, Reply } from "./contract.ts";

type WithAudit = (work: (audit: Audit) => Promise<Reply>) => Promise<Reply>;

/** What the operator can have the audit do; `withAudit` hands over the one that runs, or opens one for a while. */
export function auditOperations(withAudit: WithAudit): Operations {
  return {
    "audit.run": () => withAudit(async (audit) => reply(await audit.run("command"), [])),
    "audit.last": () =>
      withAudit(async (audit) => {
        const last = await audit.last();
        if (last === undefined) throw new Fault("data.missing", "No audit has been run yet. Run `holdfast audit`.");
        return reply(last, []);
      }),
    "audit.history": (args) =>
      withAudit(async (audit) => {
        const runs = await audit.runs(numberField(fieldsOf(args), "last"));
        const lines = runs.map(({ id, at, trigger, grade, digest }) =>
          [id, iso(at), grade, trigger.padEnd("schedule".length), digest.slice(0, 16)].join("  "),
        );
        return reply(
          { runs: runs.map((run) => ({ ...run, at: iso(run.at) })) },
          lines.length === 0 ? ["No audit has been run yet."] : lines,
        );
      }),
    "audit.waive": (args) =>
      withAudit(async (audit) => {
        const fields = fieldsOf(args);
        const waiver = await audit.waivers.add({
          check: textField(fields, "check"),
          fingerprint: optionalText(fields, "fingerprint"),
          reason: textField(fields, "reason"),
          owner: textField(fields, "owner"),
          approvedBy: textField(fields, "approvedBy"),
          lastsMs: numberField(fields, "lastsMs"),
        });
        return reply({ ...waiver, createdAt: iso(waiver.createdAt), expiresAt: iso(waiver.expiresAt) }, [
          `${waiver.check} is waived until ${iso(waiver.expiresAt)}; ${waiver.owner} answers for it. The trail says so.`,
          `end it sooner  holdfast audit unwaive ${waiver.id}`,
        ]);
      }),
    "audit.unwaive": (args) =>
      withAudit(async (audit) => {
        const id = textField(fieldsOf(args), "id");
        if (!(await audit.waivers.end(id)))
          throw new Fault("data.missing", `No waiver ${id} is in force. \`holdfast audit waivers\` shows those that are.`);
        return reply({ id, ended: true }, [`The waiver ${id} is ended: what it covered counts again.`]);
      }),
    "audit.waivers": () =>
      withAudit(async (audit) => {
        const list = await audit.waivers.list();
        const lines = list.map(({ id, check, owner, reason, expiresAt }) =>
          [id, check, `until ${iso(expiresAt)}`, owner, reason].join("  "),
        );
        return reply({ waivers: list }, lines.length === 0 ? ["There is no waiver."] : lines);
      }),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
