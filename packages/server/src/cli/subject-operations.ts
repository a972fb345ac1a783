import { open, rm } from "node:fs/promises";
import type { App } from "../app.ts";
import { Fault, formatId, type Id } from "../kit/index.ts";
import { fieldsOf, textField } from "./args.ts";
import { reply } from "./command.ts";
import type { Operations, Progress } from "./contract.ts";
import { counted } from "./output.ts";

const OWNER_ONLY = 0o600;
const OPERATOR = { by: "the operator", visit: undefined } as const;

/** What an operator does for one person. What it needs is loaded when it is asked for. */
export function subjectOperations(app: App): Operations {
  const { identity } = app;
  return {
    "subject.export": async (args, progress) => {
      const fields = fieldsOf(args);
      return exportTo(app, await accountFrom(app, textField(fields, "account")), textField(fields, "path"), progress);
    },
    "subject.erase": async (args) => {
      const account = await accountFrom(app, textField(fieldsOf(args), "account"));
      const { eraseSubject } = await import("../wiring/subject-erase.ts");
      const signed = await eraseSubject(app, account, OPERATOR.by);
      const { statement } = signed;
      const removed = statement.collections.map((one) => `  ${one.collection}: ${one.removed} removed, ${one.cleared} without the name`);
      const own = Object.entries(statement.tables).map(([table, count]) => `  ${table}: ${count}`);
      const lines = [
        `${statement.account} is erased, since ${statement.erasedAt}.`,
        ...(removed.length === 0 ? ["No row of the app was about it."] : ["Rows:", ...removed]),
        "Kept by the server itself:",
        ...own,
        `  openings of the trail: ${statement.openings}`,
        "What remains:",
        ...statement.remains.map((sentence) => `  ${sentence}`),
      ];
      return reply(signed, lines);
    },
    "subject.keep": async (args) => {
      const account = await accountFrom(app, textField(fieldsOf(args), "account"));
      if (!(await (await identity.people()).keep(OPERATOR, account)))
        throw new Fault("data.missing", "No deletion of this account waits: none was asked for, or its grace is over.");
      return reply({ account: formatId(account), kept: true }, [`${formatId(account)} stays, as it was. Its owner is told.`]);
    },
    "factor.reset": async (args) => {
      const account = await accountFrom(app, textField(fieldsOf(args), "account"));
      const { dueAt } = await (await identity.people()).resetFactors(OPERATOR, account);
      const due = new Date(dueAt).toISOString();
      const isDone = dueAt <= app.clock.now();
      const lines = isDone
        ? ["The factors are removed and all sessions ended. The owner is told."]
        : [`The factors are removed at ${due}, and all sessions end then. The owner is told, and stops it by showing the factor.`];
      return reply({ account: formatId(account), dueAt: due }, [
        ...lines,
        "Until a new factor is there, the password alone opens the account.",
      ]);
    },
    "factor.keep": async (args) => {
      const account = await accountFrom(app, textField(fieldsOf(args), "account"));
      if (!(await (await identity.people()).stopReset(OPERATOR, account)))
        throw new Fault("data.missing", "No reset of a factor waits for this account.");
      return reply({ account: formatId(account), stopped: true }, ["The reset is stopped; the factor stays."]);
    },
  };
}

async function accountFrom({ identity }: App, text: string): Promise<Id> {
  const id = await (await identity.people()).find(text);
  if (id === undefined) throw new Fault("data.missing", "There is no account with this id or address.");
  return id;
}

/** Piece by piece, for the owner of the process alone; a file that is there is never overwritten. */
async function exportTo(app: App, account: Id, path: string, progress: (step: Progress) => void) {
  const { exportForOperator } = await import("../wiring/subject-export.ts");
  const file = await open(path, "wx", OWNER_ONLY).catch((cause: unknown) => {
    throw new Fault("settings.invalid", `The file ${path} cannot be made: it is there already, or its folder is not.`, { cause });
  });
  try {
    const pieces = exportForOperator(app, account);
    let bytes = 0;
    for (let piece = await pieces.next(); ; piece = await pieces.next()) {
      if (piece.done === true) {
        await file.sync();
        const { statement, sha256 } = piece.value;
        const items = statement.parts.map((part) => `  ${part.name}: ${part.items}`);
        const lines = [
          `${path} holds all data of ${statement.account}, in ${counted(statement.parts.length, "part", "parts")}:`,
          ...items,
          ...statement.remarks,
          "It is not encrypted. Hand it over, then delete it here. `holdfast subject check` proves it anywhere.",
        ];
        return reply({ path, bytes, sha256, manifest: statement }, lines);
      }
      await file.writeFile(piece.value);
      bytes += Buffer.byteLength(piece.value);
      progress({ what: "export", done: bytes, total: null, unit: "bytes" });
    }
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}
