import type { Id } from "../../kit/index.ts";
import type { Detection, Memory } from "../contract.ts";
import { createLevels } from "../windows.ts";
import { amount, owner, word } from "../words.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Rows in an hour that nobody reads with their eyes; while nothing is known about who reads, this decides alone. */
const ACCOUNT_ROWS_MAX = 5_000;
/** Secret keys belong to programs. */
const KEY_ROWS_MAX = 100_000;
/** So many times what this reader's busiest hour was on earlier days. */
const OF_USUAL = 3;
/** What was usual is forgotten slowly, a little each day. */
const KEPT_A_DAY = 0.97;

export const massExport: Detection = {
  name: "mass-export",
  severity: "high",
  title: { en: "One reader takes far more rows than usual", ko: "한 사용자가 평소보다 훨씬 많은 행을 읽음" },
  advice: {
    en: "Ask the owner what it is for. If nobody knows: end the account's sessions or revoke the key, and open an incident.",
    ko: "소유자에게 목적을 확인하세요. 아무도 모른다면 세션을 종료하거나 키를 폐기하고 사고 대응을 시작하세요.",
  },
  listens: { "rows.read": ["actor"] },
  begin(memory) {
    // A level of one fades with a row's share of an hour: the level is the rows of about the last hour.
    const accounts = createLevels({ fadeMs: HOUR_MS / ACCOUNT_ROWS_MAX });
    const keys = createLevels({ fadeMs: HOUR_MS / KEY_ROWS_MAX });
    return {
      see(happening) {
        const who = word(happening, "actor");
        if (who === "") return undefined;
        const isAccount = owner(happening, "actor") !== undefined;
        const rows = (isAccount ? accounts : keys).add(who, happening.time, amount(happening, "rows"));
        const account = happening.subjects["actor"] ?? null;
        const usual = usualOf(memory, { who, account, rows, time: happening.time });
        if (rows <= Math.max(isAccount ? ACCOUNT_ROWS_MAX : KEY_ROWS_MAX, usual * OF_USUAL)) return undefined;
        return {
          subject: who,
          account,
          sentence: `${who}: about ${Math.round(rows)} rows read within an hour; ${usual === 0 ? "nothing is known of earlier days" : `${Math.round(usual)} is the most of earlier days`}.`,
        };
      },
      get keys() {
        return accounts.keys + keys.keys;
      },
    };
  },
};

interface Reading {
  readonly who: string;
  readonly account: Id | null;
  /** Of about the last hour. */
  readonly rows: number;
  readonly time: number;
}

/** The busiest hour of the days before this one: today's cannot excuse itself. */
function usualOf(memory: Memory, { who, account, rows, time }: Reading): number {
  const today = Math.floor(time / DAY_MS);
  const known = (what: string): number => memory.get(`${what}:${who}`) ?? 0;
  const [past, most, last] = [known("usual"), known("peak"), known("day")];
  if (last === today) {
    if (rows > most * 1.1) memory.set(`peak:${who}`, Math.round(rows), account);
    return past;
  }
  const settled = Math.round(Math.max(past * KEPT_A_DAY ** Math.max(0, today - last), most));
  memory.set(`usual:${who}`, settled, account);
  memory.set(`peak:${who}`, Math.round(rows), account);
  memory.set(`day:${who}`, today, account);
  return settled;
}
