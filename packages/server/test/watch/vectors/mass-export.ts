import { type EventOf, personal } from "../../../src/kit/index.ts";
import { DAY, HOUR, idOf, MINUTE, SECOND, START, times, type Vectors } from "./vector.ts";

const read = (at: number, account: number, rows = 1_000): EventOf<"rows.read"> => ({
  kind: "rows.read",
  at,
  actor: personal(idOf(account), idOf(account)),
  rows,
});
const readByKey = (at: number, key: string, rows = 1_000): EventOf<"rows.read"> => ({
  kind: "rows.read",
  at,
  actor: personal(key, null),
  rows,
});

export const vectors: Vectors = {
  detection: "mass-export",
  attacks: [
    { name: "an account that pages through everything", events: times(12, (n) => read(START + n * 2 * SECOND, 1)) },
    {
      name: "one that read a little on every day before",
      events: [...times(10, (day) => read(START + day * DAY, 1)), ...times(12, (n) => read(START + 10 * DAY + n * SECOND, 1))],
    },
    { name: "a secret key that reads all there is", events: times(150, (n) => readByKey(START + n * SECOND, "key-1")) },
  ],
  benign: [
    { name: "a busy day at the desk", events: times(10, (n) => read(START + n * 50 * MINUTE, 1)) },
    { name: "a whole ward, each a little", events: times(200, (n) => read(START + n * SECOND, n, 1_000)) },
    {
      name: "a nightly job with a secret key",
      events: times(7, (night) => times(60, (n) => readByKey(START + night * DAY + n * SECOND, "key-1"))).flat(),
    },
    { name: "a report at the end of each hour", events: times(48, (n) => read(START + n * HOUR, 1, 2_000)) },
  ],
};
