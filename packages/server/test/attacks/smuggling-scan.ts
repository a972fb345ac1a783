import { converse, statuses } from "../edge/fixture.ts";
import { AMBIGUOUS, SMUGGLING, type SmugglingRow } from "../edge/smuggling-rows.ts";
import type { Scan } from "./scan.ts";
import { PATHS, type Target } from "./target.ts";

const QUIET_MS = 150;
const FIRST_MS = 3_000;
const AT_ONCE = 8;
/** As long as the rows' own address, for the rows tell its length; open to everybody, so that whoever reaches it is answered. */
const HIDDEN_PATH = "/connect.json";

export const SMUGGLING_SCAN: Scan = {
  name: "request smuggling",
  bites: SMUGGLING.map(({ name }) => new RegExp(`^${RegExp.escape(name)}: `, "m")),
  async run(target) {
    const left = [
      ...SMUGGLING.map((row) => ({ row, isWrong: (answers: readonly number[]) => answers.length > 1 || answers.some((one) => one < 400) })),
      ...AMBIGUOUS.map((row) => ({ row, isWrong: (answers: readonly number[]) => answers.filter((one) => one !== 100).length > 1 })),
    ];
    const found: string[] = [];
    const work = async (): Promise<void> => {
      for (let next = left.pop(); next !== undefined; next = left.pop()) {
        const heard = await send(target, bytesOf(next.row, target));
        if (next.isWrong(statuses(heard))) found.push(`${next.row.name}: ${statuses(heard).join(", ")}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const heard = await send(target, `GET ${HIDDEN_PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    if (statuses(heard).join() !== "200") throw new Error(`What is to be reached cannot be reached: ${heard.slice(0, 200)}`);
    return found;
  },
};

function bytesOf({ bytes }: SmugglingRow, { publishableKey }: Target): string {
  return bytes
    .replaceAll("/probe/hidden", HIDDEN_PATH)
    .replaceAll("/probe/echo", PATHS.signIn)
    .replace("\r\nContent-Type:", `\r\napikey: ${publishableKey}\r\nContent-Type:`);
}

function send({ rawPort, authority }: Target, bytes: string): Promise<string> {
  return converse(rawPort, Buffer.from(bytes, "latin1"), QUIET_MS, FIRST_MS, authority);
}
