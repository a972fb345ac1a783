import { createBounded } from "../bounded.ts";
import type { Detection, Happening, Sighting } from "../contract.ts";
import { createLevels, createMembers } from "../windows.ts";
import { owner, word } from "../words.ts";

/** Something odd that was pasted, and tried again, stays below; so does a scanner that gives up when it is stopped. */
const FREE = 10;
const FADE_MS = 30_000;
/** Whoever attacks tries this and that; a person whose browser sends something odd sends the same with each request. */
const WEIGHT_OF_NEW = 2;
const WEIGHT_OF_SAME = 0.25;
const SAME_MS = 10 * 60_000;
/** Who attacks and then signs in from there has found a way, or has one. */
const SIGN_IN_WITHIN_MS = 15 * 60_000;
const NETWORKS_MAX = 4_096;

export const webAttack: Detection = {
  name: "web-attack",
  severity: "medium",
  title: { en: "Requests that the firewall takes for attacks keep coming", ko: "방화벽이 공격으로 판단한 요청이 계속됨" },
  advice: {
    en: "See with `holdfast trail show --kind request.blocked` what was tried, and with `--kind session.issued` whether somebody signed in from there; deny the network (networks.deny). If an account is named, end its sessions and ask its owner. If it is your own app, exclude the rule for its route, with a reason and an end.",
    ko: "`holdfast trail show --kind request.blocked`로 시도된 내용을, `--kind session.issued`로 그곳에서 로그인한 기록이 있는지 확인하고 해당 네트워크를 차단하세요(networks.deny). 계정이 표시되면 세션을 종료하고 소유자에게 확인하세요. 자체 앱의 요청이라면 이유와 종료일을 적어 해당 경로에서 규칙을 제외하세요.",
  },
  listens: { "request.blocked": ["address", "account"], "session.issued": ["address"] },
  begin() {
    const levels = createLevels({ fadeMs: FADE_MS });
    const said = createMembers({ windowMs: SAME_MS });
    const attackedAt = createBounded<number>({ keysMax: NETWORKS_MAX, weight: (at, now) => at + SIGN_IN_WITHIN_MS - now });

    function levelOf(who: string, happening: Happening): number {
      const { time } = happening;
      const before = said.count(who, time);
      const isNew = said.add(who, word(happening, "rule"), time) > before;
      return levels.add(who, time, isNew ? WEIGHT_OF_NEW : WEIGHT_OF_SAME);
    }

    return {
      see(happening) {
        const { kind, network, time } = happening;
        if (kind === "session.issued") return signedIn(happening, network === undefined ? undefined : attackedAt.get(network));
        const account = owner(happening, "account");
        const who = account ?? network;
        if (who === undefined || levelOf(who, happening) <= FREE) return undefined;
        if (network !== undefined) attackedAt.set(network, time, time);
        const act = word(happening, "act") === "block" ? "blocked" : "let through, since the rules only look on,";
        const what = `the last of them ${act} by rule ${word(happening, "rule")}${account === undefined ? "" : ` from ${network ?? "an unknown place"}`}`;
        const isSignedIn = account !== undefined;
        return {
          subject: who,
          account: happening.subjects["account"] ?? null,
          sentence: `${isSignedIn ? "Account " : ""}${who}: many requests that look like attacks in a short time, ${what}.`,
          ...(isSignedIn ? { severity: "high" as const } : {}),
        };
      },
      get keys() {
        return levels.keys + said.keys + attackedAt.size;
      },
    };
  },
};

function signedIn({ network, time }: Happening, attackedAt: number | undefined): Sighting | undefined {
  if (network === undefined || attackedAt === undefined || time - attackedAt > SIGN_IN_WITHIN_MS) return undefined;
  // Whose account it is stands in the trail alone, where it can be erased: this alert is about the network.
  return {
    subject: network,
    account: null,
    sentence: `${network}: many requests that look like attacks, and then somebody signed in from there.`,
    severity: "high",
  };
}
