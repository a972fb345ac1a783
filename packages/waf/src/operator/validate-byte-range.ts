import { findByte } from "../text/index.ts";
import type { BuiltOperator, Operator } from "./contract.ts";
import { refuse } from "./refuse.ts";

/** `9,10,13,32-126`: true where the value holds a byte that is not listed. With no list every byte is one. */
export const validateByteRange: Operator = {
  name: "validateByteRange",
  build(argument, { source }): BuiltOperator {
    const forbidden = new Uint8Array(256).fill(1);
    for (const range of argument.split(",").map((each) => each.trim())) {
      if (range === "") continue;
      const [, first = "", last = first] = /^(\d{1,3})(?:\s*-\s*(\d{1,3}))?$/.exec(range) ?? [];
      if (first === "" || Number(last) > 255 || Number(first) > Number(last)) {
        refuse(`@validateByteRange lists "${range}"; expected bytes and ranges of 0 to 255, such as 10,13,32-126`, source);
      }
      forbidden.fill(0, Number(first), Number(last) + 1);
    }
    return {
      needs: { kind: "bytes", bytes: forbidden },
      test(value, trial) {
        trial.spend(value.length);
        return findByte(value, forbidden) >= 0;
      },
    };
  },
};
