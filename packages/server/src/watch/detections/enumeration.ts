import type { Detection } from "../contract.ts";
import { createTries, TRY_EVENTS } from "./tries.ts";

const NAMES_MIN = 15;
const WRONG_PER_RIGHT_MIN = 2;

export const enumeration: Detection = {
  name: "enumeration",
  severity: "medium",
  title: { en: "One network looks for names that have an account", ko: "한 네트워크가 존재하는 계정 이름을 탐색" },
  advice: {
    en: "The answers tell nothing, so nothing is known to be lost. Deny the network (networks.deny) if it goes on.",
    ko: "응답은 아무것도 알려주지 않으므로 유출된 것은 없습니다. 계속되면 해당 네트워크를 차단하세요(networks.deny).",
  },
  listens: TRY_EVENTS,
  begin() {
    const tries = createTries();
    return {
      see(happening) {
        const seen = tries.see(happening);
        if (seen === undefined) return undefined;
        const { network, known, unknown, asked, went } = seen;
        const names = unknown + asked;
        if (names < NAMES_MIN || names <= known || names < went * WRONG_PER_RIGHT_MIN) return undefined;
        return { subject: network, account: null, sentence: `${network}: asked about ${names} names that nobody has.` };
      },
      get keys() {
        return tries.keys;
      },
    };
  },
};
