import type { Detection } from "../contract.ts";
import { createLevels } from "../windows.ts";
import { amount } from "../words.ts";

/** Tokens with a signature that is not ours. One that has merely expired is none of these. */
const FREE = 20;
const FADE_MS = 30_000;

export const forgedTokens: Detection = {
  name: "forged-tokens",
  severity: "high",
  title: { en: "Somebody sends forged tokens", ko: "위조된 토큰이 전송됨" },
  advice: {
    en: "None of them opened anything. If it is an app of yours with a key of another project, mend its settings; else deny the network.",
    ko: "어느 것도 통과되지 않았습니다. 다른 프로젝트의 키를 쓰는 자체 앱이라면 설정을 고치고, 아니라면 해당 네트워크를 차단하세요.",
  },
  listens: { "tokens.forged": ["address"] },
  begin() {
    const forged = createLevels({ fadeMs: FADE_MS });
    return {
      see(happening) {
        const level = forged.add("", happening.time, amount(happening, "count"));
        if (level <= FREE) return undefined;
        const from = happening.network ?? "an unknown place";
        return {
          subject: "",
          account: null,
          sentence: `${Math.ceil(level)} tokens with a wrong signature in a short time, most of them from ${from}.`,
        };
      },
      get keys() {
        return forged.keys;
      },
    };
  },
};
