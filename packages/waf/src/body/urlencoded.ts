import { readForm } from "../http/index.ts";
import type { ProcessorContext, Reading } from "./contract.ts";
import { readGraphqlMembers } from "./graphql.ts";

/** `a=1&b=2`: REQUEST_BODY is filled for this kind of body alone. */
export function readUrlencoded(text: string, { limits }: ProcessorContext): Reading {
  const form = readForm(text, { separator: limits.argumentSeparator, argumentsMax: limits.argumentsMax });
  return {
    args: [...form.pairs, ...readGraphqlMembers(form.pairs, limits)],
    text,
    ...(form.hasInvalidEscape ? { flags: { URLENCODED_ERROR: "1" } } : {}),
    problem: form.isCut ? { fault: "limit", message: "The form has too many arguments." } : undefined,
  };
}
