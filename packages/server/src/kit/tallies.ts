import type { Id } from "./id.ts";
import { createTally, type Tally } from "./tally.ts";

/**
 * What happens too often to be told one by one. Rooms add, whoever watches takes. Accounts are told apart by their id's object,
 * which costs nothing to look up; secret keys and addresses are text.
 */
export interface Tallies {
  /** Rows that were read, by account or secret key. */
  readonly rowsRead: Tally<Id | string>;
  /** Ids that were asked for and answered with nothing, each counted once a while; by account or secret key. */
  readonly idsMissed: Tally<Id | string>;
  /** The same of those who are nobody, by address. */
  readonly idsMissedFrom: Tally<string>;
  /** Credentials that were refused, by address: forged, expired or ended. */
  readonly badTokens: Tally<string>;
  /** Tokens whose signature is not ours, under the one key "". */
  readonly forgedTokens: Tally<string>;
}

export function createTallies(): Tallies {
  return {
    rowsRead: createTally(),
    idsMissed: createTally(),
    idsMissedFrom: createTally(),
    badTokens: createTally(),
    forgedTokens: createTally(),
  };
}
