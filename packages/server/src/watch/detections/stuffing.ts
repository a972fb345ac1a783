import type { Detection } from "../contract.ts";
import { createCrowd } from "../windows.ts";
import { word } from "../words.ts";

const WINDOW_MS = 10 * 60_000;
const NETWORKS_MIN = 25;
const NAMES_MIN = 25;
/** On an ordinary day one sign-in in ten or twenty goes wrong. */
const WRONG_SHARE_MIN = 0.5;

export const stuffing: Detection = {
  name: "stuffing",
  severity: "critical",
  title: { en: "Many networks try stolen passwords on many accounts", ko: "여러 네트워크에서 유출된 비밀번호를 여러 계정에 시도" },
  advice: {
    en: 'Ask for a second factor (secondFactor: "required"). End the sessions that were opened meanwhile from networks that also failed.',
    ko: '2단계 인증을 필수로 하세요(secondFactor: "required"). 그 사이 실패한 네트워크에서 열린 세션을 종료하세요.',
  },
  listens: { "signin.refused": ["address", "identifier"], "session.issued": ["account"] },
  begin() {
    const crowd = () => createCrowd({ windowMs: WINDOW_MS });
    const [networks, names, went] = [crowd(), crowd(), crowd()];
    return {
      see(happening) {
        const { kind, time } = happening;
        if (kind === "session.issued") {
          went.add(word(happening, "account"), time);
          return undefined;
        }
        const from = happening.network;
        if (from === undefined || word(happening, "because") !== "credentials") return undefined;
        networks.add(from, time);
        names.add(word(happening, "identifier"), time);
        const [places, wrong, right] = [networks.count(time), names.count(time), went.count(time)];
        if (places < NETWORKS_MIN || wrong < NAMES_MIN || wrong < right * WRONG_SHARE_MIN) return undefined;
        return {
          subject: "",
          account: null,
          sentence: `${wrong} names failed from ${places} networks, while ${right} accounts signed in.`,
        };
      },
      get keys() {
        return networks.keys + names.keys + went.keys;
      },
    };
  },
};
