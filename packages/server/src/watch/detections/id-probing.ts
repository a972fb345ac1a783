import type { Detection } from "../contract.ts";
import { createLevels } from "../windows.ts";
import { amount, owner, word } from "../words.ts";

/** Different ids, each asked for by itself and answered with nothing; an app that syncs what others deleted stays below. */
const FREE = 60;
const FADE_MS = 10_000;

export const idProbing: Detection = {
  name: "id-probing",
  severity: "high",
  title: { en: "Somebody tries ids of rows that are not theirs", ko: "권한 없는 행의 ID를 시도" },
  advice: {
    en: "The rules held: nothing was answered. Look at the account with `holdfast trail show`, and suspend it if its owner cannot explain it.",
    ko: "규칙이 지켜져 아무것도 응답되지 않았습니다. `holdfast trail show`로 계정을 살펴보고 소유자가 설명하지 못하면 정지하세요.",
  },
  listens: { "rows.missed": ["actor", "address"] },
  begin() {
    const misses = createLevels({ fadeMs: FADE_MS });
    return {
      see(happening) {
        const who = owner(happening, "actor") ?? (word(happening, "actor") || happening.network);
        if (who === undefined) return undefined;
        const level = misses.add(who, happening.time, amount(happening, "count"));
        if (level <= FREE) return undefined;
        return {
          subject: who,
          account: happening.subjects["actor"] ?? null,
          sentence: `${who}: asked for ${Math.ceil(level)} different ids in a short time and may see none of them.`,
        };
      },
      get keys() {
        return misses.keys;
      },
    };
  },
};
