import type { Dialect } from "./contract.ts";
import { plainWords } from "./faults.ts";

const BODY = '{"status":"ok"}';

/** `GET /health`: says that the listener answers, and nothing about what stands behind it. */
export const healthDialect: Dialect = {
  prefix: "/health",
  routes: [
    {
      name: "health",
      method: "GET",
      path: "/health",
      needs: "public",
      body: "none",
      reads: false,
      handle: async () => ({ status: 200, body: BODY }),
    },
  ],
  words: plainWords,
};
