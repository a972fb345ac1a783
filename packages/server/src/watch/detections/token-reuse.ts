import type { Detection } from "../contract.ts";
import { word } from "../words.ts";

export const tokenReuse: Detection = {
  name: "token-reuse",
  severity: "critical",
  title: { en: "A refresh token was used a second time", ko: "리프레시 토큰이 다시 사용됨" },
  advice: {
    en: "Two parties held the token, so one of them stole it. The session has been ended; ask the owner which device it was.",
    ko: "두 곳에서 같은 토큰을 가지고 있었으므로 하나는 도난된 것입니다. 세션은 종료되었습니다. 소유자에게 어느 기기였는지 확인하세요.",
  },
  listens: { "session.reused": ["address", "account"] },
  begin: () => ({
    see(happening) {
      const account = word(happening, "account");
      const from = happening.network ?? "an unknown place";
      return {
        subject: account,
        account: happening.subjects["account"] ?? null,
        sentence: `Account ${account}: a refresh token from before came again from ${from}; its session was ended.`,
      };
    },
    keys: 0,
  }),
};
