import type { Clock, Id } from "../kit/index.ts";
import type { Plan } from "../model/plan.ts";
import type { Step } from "../store/contract.ts";
import type { CodePurpose, JsonObject, Letter, Visit } from "./contract.ts";
import type { OneTimeCodes } from "./one-time-codes.ts";

const MINUTE_MS = 60_000;

/**
 * NIST SP 800-63B-4: a code that is sent lives ten minutes. What takes two mailboxes gets an hour, and what an administrator sends
 * or hands over may wait for a day.
 */
const LIFETIME_MS: Readonly<Record<CodePurpose, number>> = {
  signup: 10 * MINUTE_MS,
  recovery: 10 * MINUTE_MS,
  otp: 10 * MINUTE_MS,
  email_change: 60 * MINUTE_MS,
  invite: 24 * 60 * MINUTE_MS,
};

export interface WrittenCodes {
  readonly steps: readonly Step[];
  readonly code: string;
  readonly link: string;
  readonly purpose: CodePurpose;
  readonly until: number;
}

/** Both forms of a code: the short one to type, the long one for a link. Belongs to nobody without an account. */
export function writeCodes(codes: OneTimeCodes, purpose: CodePurpose, account: Id | null, payload: JsonObject): WrittenCodes {
  const asked = { account, lifetimeMs: LIFETIME_MS[purpose], payload };
  const short = codes.short({ ...asked, purpose });
  const link = codes.link({ ...asked, purpose: `${purpose}.link` });
  return { steps: [short.step, link.step], code: short.text, link: link.text, purpose, until: short.until };
}

export interface Addressed {
  readonly to: string;
  readonly account: Id;
}

/** Writes letters in the language of whoever is there, with links that lead where the plan allows. */
export interface Letters {
  coded(visit: Visit, addressed: Addressed, written: WrittenCodes, purpose?: Letter["purpose"]): Letter;
  plain(visit: Visit, addressed: Addressed, purpose: Letter["purpose"], device?: string): Letter;
}

export function createLetters({ clock, plan, url }: { readonly clock: Clock; readonly plan: Plan; readonly url: () => string }): Letters {
  const languageOf = ({ language }: Visit) => language ?? plan.mail.language;

  /** The page asks, and the code stands behind "#", which no server and no log sees. */
  function urlOf({ page }: Visit, { purpose, link }: Pick<WrittenCodes, "purpose" | "link">): string | undefined {
    // Exactly a page of the plan (ASVS 5.0 10.4.1): an open redirect anywhere on an allowed origin would carry the fragment along.
    const isApps = page !== undefined && plan.mail.pages.includes(page);
    // What our own page cannot do is left to the app, which asks for the code: signing in there, or enrolling a factor.
    const isBeyondOurs = purpose === "otp" || (purpose === "invite" && plan.accounts.secondFactor === "required");
    if (!isApps && isBeyondOurs) return undefined;
    // The dialect's clients call it so, also where it is the first sign-in that confirms the address.
    const type = purpose === "otp" ? "email" : purpose;
    return `${isApps ? page : `${url()}/auth/v1/verify`}#token_hash=${link}&type=${type}`;
  }

  return {
    coded: (visit, { to, account }, written, purpose = written.purpose) => ({
      to,
      account,
      purpose,
      code: written.code,
      link: written.link,
      url: urlOf(visit, written),
      at: clock.now(),
      until: written.until,
      language: languageOf(visit),
      device: undefined,
    }),
    plain: (visit, { to, account }, purpose, device) => {
      const nothing = { code: undefined, link: undefined, url: undefined, until: undefined };
      return { to, account, purpose, ...nothing, at: clock.now(), language: languageOf(visit), device };
    },
  };
}
