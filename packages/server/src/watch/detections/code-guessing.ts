import type { Detection, Happening } from "../contract.ts";
import { createLevels } from "../windows.ts";
import { owner, word } from "../words.ts";

/** Clocks drift and fingers slip, five times over; after that, nobody reads from a phone. */
const FREE = 5;
const FADE_MS = 3 * 60_000;

/** Codes of a second factor by their account; codes that were sent, by the account or, behind a link, by where they come from. */
function keyOf(happening: Happening): string | undefined {
  if (happening.kind === "factor.refused") return word(happening, "account") || undefined;
  if (!/^(code|operator code)\b/.test(word(happening, "because"))) return undefined;
  return owner(happening, "identifier") ?? happening.network;
}

export const codeGuessing: Detection = {
  name: "code-guessing",
  severity: "critical",
  title: { en: "Somebody guesses codes", ko: "인증 코드를 추측하는 시도" },
  advice: {
    en: "For codes of a second factor the password is known already: end the account's sessions, and have its owner choose a new one.",
    ko: "2단계 인증 코드라면 비밀번호는 이미 노출된 것입니다. 계정의 세션을 종료하고 소유자가 새 비밀번호를 정하게 하세요.",
  },
  listens: { "factor.refused": ["address", "account"], "signin.refused": ["address", "identifier"] },
  begin() {
    const failures = createLevels({ fadeMs: FADE_MS });
    return {
      see(happening) {
        const key = keyOf(happening);
        if (key === undefined || failures.add(key, happening.time) <= FREE) return undefined;
        const account = happening.subjects["account"] ?? happening.subjects["identifier"] ?? null;
        return {
          subject: key,
          account,
          sentence: `${key}: more than ${FREE} wrong codes in a short time, the last from ${happening.network ?? "an unknown place"}.`,
        };
      },
      get keys() {
        return failures.keys;
      },
    };
  },
};
