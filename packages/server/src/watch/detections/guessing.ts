import type { Detection } from "../contract.ts";
import { createLevels } from "../windows.ts";
import { owner, word } from "../words.ts";

/** So many wrong passwords are a person who tries: what one place may fail at once is one more (firewall, FAILURES.perPlace). */
const FREE = 7;
const FADE_MS = 5 * 60_000;

export const guessing: Detection = {
  name: "guessing",
  severity: "high",
  title: { en: "Somebody guesses the password of one account", ko: "한 계정의 비밀번호를 추측하는 시도" },
  advice: {
    en: "Ask the owner whether it was them. If not, have them change the password and add a second factor; deny the network.",
    ko: "계정 소유자에게 본인인지 확인하세요. 아니라면 비밀번호를 바꾸고 2단계 인증을 추가하게 한 뒤 해당 네트워크를 차단하세요.",
  },
  listens: { "signin.refused": ["address", "identifier"] },
  begin() {
    const failures = createLevels({ fadeMs: FADE_MS });
    return {
      see(happening) {
        // A name that nobody has cannot be guessed open; whoever tries many of those is seen by `enumeration`.
        const account = owner(happening, "identifier");
        if (account === undefined || word(happening, "because") !== "credentials") return undefined;
        if (failures.add(account, happening.time) <= FREE) return undefined;
        return {
          subject: account,
          account: happening.subjects["identifier"] ?? null,
          sentence: `Account ${account}: more than ${FREE} wrong passwords in a short time, the last from ${happening.network ?? "an unknown place"}.`,
        };
      },
      get keys() {
        return failures.keys;
      },
    };
  },
};
