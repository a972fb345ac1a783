import { START, times, type Vectors } from "./vector.ts";

export const vectors: Vectors = {
  detection: "clock-jumped",
  attacks: [
    { name: "an hour forward", events: [{ kind: "clock.jumped", at: START, byMs: 3_600_000 }] },
    { name: "a day back", events: [{ kind: "clock.jumped", at: START, byMs: -86_400_000 }] },
  ],
  benign: [
    {
      name: "small corrections",
      events: times(20, (n) => ({ kind: "clock.jumped", at: START + n, byMs: n % 2 === 0 ? 6_000 : -6_000 }) as const),
    },
  ],
};
