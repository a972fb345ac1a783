// What the GraphQL documents of a request cost whoever answers them: measured by their tokens, without a schema.

import { type Exceed, GRAPHQL_LIMITS } from "./graphql-limits.ts";
import { createMeasure } from "./graphql-measure.ts";
import type { Token } from "./graphql-token.ts";

/** Fields with arguments of which a flood is somebody who guesses. */
const ATTEMPT =
  /^(?:log_?[iI]n|sign_?[iI]n|auth|authenticate|otp|twoFactor|check_?Password|[vV]erify(?:_?(?:Otp|OTP|Code|Pin|PIN|Token|Password|TwoFactor|2[fF][aA]))?|verify_(?:otp|code|pin|token|password)|(?:reset|check)_?[pP]assword|token_?[aA]uth|token_?[cC]reate|create_?(?:[aA]ccess_?)?[tT]oken|customerAccessTokenCreate|(?:redeem|apply|validate)_?(?:[cC]ode|[cC]oupon|[vV]oucher|[gG]ift_?[cC]ard|[dD]iscount))(?:[A-Z_0-9]\w*)?$/;

/** Looks at the tokens of all documents of a request. */
export interface Cost {
  take(token: Token): void;
  /** A document ends. */
  end(): void;
  /** The first limit that was passed, as `depth 25, at most 20`. */
  readonly passed: string | undefined;
}

/** Linear in the tokens; keeps a number for each name that stands in a document. */
export function createCost(): Cost {
  let passed: string | undefined;
  let documents = 0;
  let attempts = 0;
  const exceed: Exceed = (name, count) => {
    if (count > GRAPHQL_LIMITS[name]) passed ??= `${name} ${count}, at most ${GRAPHQL_LIMITS[name]}`;
  };
  const attempt = (field: string): void => {
    if (ATTEMPT.test(field)) exceed("attempts", ++attempts);
  };
  let document = createMeasure(exceed, attempt);
  return {
    take: (token) => document.take(token),
    end() {
      document.end();
      exceed("documents", ++documents);
      document = createMeasure(exceed, attempt);
    },
    get passed() {
      return passed;
    },
  };
}
