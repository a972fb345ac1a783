import { createBounded } from "../bounded.ts";
import type { Detection, Happening } from "../contract.ts";
import { word } from "../words.ts";

const WITHIN_MS = 3_600_000;
const KEYS_MAX = 4_096;

/** What a thief of an account does next, each by the account that it is done to or done by. */
const SENSITIVE: readonly {
  readonly kind: string;
  readonly slot: string;
  readonly when: (happening: Happening) => boolean;
  readonly what: string;
}[] = [
  { kind: "account.changed", slot: "account", when: isTakeOver, what: "its password or address was changed, or it is to be deleted" },
  { kind: "roles.changed", slot: "account", when: () => true, what: "its roles were changed" },
  { kind: "operator.added", slot: "account", when: () => true, what: "it became an operator" },
  { kind: "account.removed", slot: "account", when: () => true, what: "it was removed" },
  { kind: "rows.read", slot: "actor", when: () => true, what: "it read rows in bulk" },
];

/** Others may ask for things in an account's name; that changes nothing. */
function isTakeOver(happening: Happening): boolean {
  const what = word(happening, "what");
  return /\b(password|address|deletion asked)\b/.test(what) && !/^(asked|sign-up)/.test(what);
}

/** "removed", "removed by an administrator": by whomever. */
const isRemoval = (happening: Happening): boolean => word(happening, "what").startsWith("removed");

export const factorRemoved: Detection = {
  name: "factor-removed",
  severity: "critical",
  title: { en: "A second factor was removed, then something sensitive was done", ko: "2단계 인증 제거 후 민감한 작업 수행" },
  advice: {
    en: "Ask the owner by another way than mail. If it was not them: end the sessions, and take back what was changed.",
    ko: "메일이 아닌 다른 방법으로 소유자에게 확인하세요. 본인이 아니라면 세션을 종료하고 변경된 것을 되돌리세요.",
  },
  listens: {
    "factor.changed": ["account"],
    "account.changed": ["address", "account"],
    "roles.changed": ["address", "account"],
    "operator.added": ["address", "account"],
    "account.removed": ["address", "account"],
    "rows.read": ["actor"],
  },
  begin() {
    const removedAt = createBounded<number>({ keysMax: KEYS_MAX, weight: (removed, now) => removed + WITHIN_MS - now });
    return {
      see(happening) {
        const { time } = happening;
        if (happening.kind === "factor.changed") {
          const account = word(happening, "account");
          if (isRemoval(happening)) removedAt.set(account, time, time);
          // Whoever enrols a new one had a new phone.
          if (word(happening, "what") === "verified") removedAt.set(account, Number.NEGATIVE_INFINITY, time);
          return undefined;
        }
        const row = SENSITIVE.find(({ kind, when }) => kind === happening.kind && when(happening));
        const account = row === undefined ? "" : word(happening, row.slot);
        const removed = removedAt.get(account);
        if (row === undefined || removed === undefined || time - removed > WITHIN_MS) return undefined;
        return {
          subject: account,
          account: happening.subjects[row.slot] ?? null,
          sentence: `Account ${account}: its second factor was removed, and then ${row.what}${from(happening)}.`,
        };
      },
      get keys() {
        return removedAt.size;
      },
    };
  },
};

function from(happening: Happening): string {
  const place = happening.network;
  return place === undefined ? "" : `, from ${place}`;
}
