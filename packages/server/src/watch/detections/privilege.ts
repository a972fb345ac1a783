import type { Detection, Sighting } from "../contract.ts";
import { word } from "../words.ts";

const PLACE = "place:";

/**
 * A new operator always. Roles where they are changed from a network that never changed any before: whoever keeps accounts does it
 * from where they always do, and is asked about once.
 */
export const privilege: Detection = {
  name: "privilege",
  severity: "critical",
  title: { en: "A new operator, or roles changed from a new place", ko: "새 운영자 또는 새로운 위치에서 역할 변경" },
  advice: {
    en: "If you did not do this: take the roles back, revoke the secret keys of scope accounts:write, and end the account's sessions.",
    ko: "직접 한 일이 아니라면 역할을 되돌리고 accounts:write 범위의 비밀 키를 폐기한 뒤 계정의 세션을 종료하세요.",
  },
  listens: { "operator.added": ["address", "account"], "roles.changed": ["actor", "address", "account"] },
  begin: (memory) => ({
    see(happening) {
      const account = word(happening, "account");
      const from = happening.network ?? "this machine";
      const about = (what: string): Sighting => ({
        subject: account,
        account: happening.subjects["account"] ?? null,
        sentence: `Account ${account}: ${what}, from ${from}.`,
      });
      if (happening.kind === "operator.added") return about("is an operator now");
      const isKnown = memory.get(`${PLACE}${from}`) !== undefined;
      memory.set(`${PLACE}${from}`, happening.at, null);
      const isOwn = account !== "" && word(happening, "actor") === account;
      return isKnown && !isOwn ? undefined : about(`${isOwn ? "gave itself the roles" : "has the roles"} ${word(happening, "roles")}`);
    },
    keys: 0,
  }),
};
