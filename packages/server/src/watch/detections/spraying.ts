import type { Detection } from "../contract.ts";
import { createTries, TRY_EVENTS } from "./tries.ts";

const NAMES_MIN = 15;
/** In an office some mistype while many sign in; who sprays is mostly wrong. */
const WRONG_PER_RIGHT_MIN = 2;

export const spraying: Detection = {
  name: "spraying",
  severity: "high",
  title: { en: "One network tries passwords on many accounts", ko: "한 네트워크가 여러 계정에 비밀번호를 시도" },
  advice: {
    en: "Deny the network (networks.deny). See with `holdfast trail show --kind session.issued` whether a sign-in from it went well.",
    ko: "해당 네트워크를 차단하세요(networks.deny). `holdfast trail show --kind session.issued`로 그 네트워크에서 로그인에 성공한 기록이 있는지 확인하세요.",
  },
  listens: TRY_EVENTS,
  begin() {
    const tries = createTries();
    return {
      see(happening) {
        const seen = tries.see(happening);
        if (seen === undefined) return undefined;
        const { network, known, unknown, went } = seen;
        const wrong = known + unknown;
        // Mostly names that nobody has: that is `enumeration`.
        if (wrong < NAMES_MIN || unknown > known || wrong < went * WRONG_PER_RIGHT_MIN) return undefined;
        return { subject: network, account: null, sentence: `${network}: wrong passwords for ${wrong} names, ${went} sign-ins went well.` };
      },
      get keys() {
        return tries.keys;
      },
    };
  },
};
