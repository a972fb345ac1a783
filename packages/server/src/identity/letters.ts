import type { Id } from "../kit/index.ts";
import type { Step } from "../store/contract.ts";
import type { CodePurpose, JsonObject, Letter } from "./contract.ts";
import type { OneTimeCodes } from "./one-time-codes.ts";

const MINUTE_MS = 60_000;

/** NIST SP 800-63B-4: a code that is sent lives ten minutes. One that an administrator hands over in person may wait longer. */
const LIFETIME_MS: Readonly<Record<CodePurpose, number>> = {
  signup: 10 * MINUTE_MS,
  recovery: 10 * MINUTE_MS,
  invite: 24 * 60 * MINUTE_MS,
};

export interface WrittenCodes {
  readonly steps: readonly Step[];
  readonly code: string;
  readonly link: string;
}

/** Both forms of a code: the short one to type, the long one for a link. */
export function writeCodes(codes: OneTimeCodes, purpose: CodePurpose, account: Id, payload: JsonObject): WrittenCodes {
  const asked = { account, lifetimeMs: LIFETIME_MS[purpose], payload };
  const short = codes.short({ ...asked, purpose });
  const link = codes.link({ ...asked, purpose: `${purpose}.link` });
  return { steps: [short.step, link.step], code: short.text, link: link.text };
}

export function letterWith(to: string, purpose: CodePurpose, written: WrittenCodes, at: number): Letter {
  return { to, purpose, code: written.code, link: written.link, at };
}

export function plainLetter(to: string, purpose: Letter["purpose"], at: number): Letter {
  return { to, purpose, code: undefined, link: undefined, at };
}
