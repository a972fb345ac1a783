export type { Match, Transaction, Verdict, Waf } from "./engine/contract.ts";
