import type { Pair } from "../http/index.ts";
import type { BodyLimits, BodyProblem, ProcessorContext, Reading } from "./contract.ts";
import { type Cost, createCost } from "./graphql-cost.ts";
import { createLexer, type Token } from "./graphql-token.ts";

/** What a document gives its leaves for a first name. */
const ROOT = "graphql";
/** Says which limit the documents of a request pass, where they pass one. */
const COST_NAME = `${ROOT}.cost`;

/**
 * Reads a GraphQL document (specification of October 2021, section 2) as far as rules need it: every value of an argument or variable
 * becomes `graphql.<argument>`, fields of introspection `graphql.introspection`, and a limit of cost that it passes `graphql.cost`. Tokens are checked, the grammar is not. Linear.
 */
export function readGraphql(text: string, { limits }: ProcessorContext): Reading {
  const cost = createCost();
  const { args, problem } = readDocument(text, limits, cost);
  return { args: [...args, ...costOf(cost)], problem };
}

/** Where a document is sent: GraphQL over HTTP names it `query`, in the target, in a form, in JSON and in lists of those. */
const DOCUMENT_NAME = /^(?:json\.(?:array_[0-9]{1,5}\.)?)?query$/;

/** What a document begins with, behind what its readers pass over (§2.1). */
const DOCUMENT = /^(?:\xef\xbb\xbf)?(?:[\s,]|#[^\r\n]*[\r\n])*(?:\{|(?:query|mutation|subscription|fragment)\b)/;

/** The documents among arguments, taken apart: their values again, one by one. Nothing where there are none. */
export function readGraphqlMembers(args: readonly Pair[], limits: Pick<BodyLimits, "argumentsMax" | "depthMax">): readonly Pair[] {
  let found: Pair[] | undefined;
  let cost: Cost | undefined;
  for (const [name, value] of args) {
    if (!name.endsWith("query") || !DOCUMENT_NAME.test(name)) continue;
    if (!DOCUMENT.test(value)) continue;
    found ??= [];
    const argumentsMax = limits.argumentsMax - args.length - found.length;
    cost ??= createCost();
    for (const pair of readDocument(value, { ...limits, argumentsMax }, cost).args) found.push(pair);
  }
  if (cost !== undefined && found !== undefined) found.push(...costOf(cost));
  return found ?? NONE;
}

function costOf({ passed }: Cost): readonly Pair[] {
  return passed === undefined ? NONE : [[COST_NAME, passed]];
}

const NONE: readonly Pair[] = [];

function readDocument(
  text: string,
  limits: Pick<BodyLimits, "argumentsMax" | "depthMax">,
  cost: Cost,
): { args: Pair[]; problem: BodyProblem | undefined } {
  const read = readTokens(text, limits, cost);
  cost.end();
  return read;
}

function readTokens(
  text: string,
  limits: Pick<BodyLimits, "argumentsMax" | "depthMax">,
  cost: Cost,
): { args: Pair[]; problem: BodyProblem | undefined } {
  const args: Pair[] = [];
  const next = createLexer(text);
  let depth = 0;
  let name = "";
  let key = "";
  for (let token = next(); token.kind !== "end"; token = next()) {
    if (token.kind === "broken") return { args, problem: { fault: "syntax", message: "The body is not a GraphQL document." } };
    cost.take(token);
    if (token.kind === "open") depth++;
    if (token.kind === "close") depth--;
    if (depth > limits.depthMax || args.length >= limits.argumentsMax) {
      return { args, problem: { fault: "limit", message: "The GraphQL document is too deep or has too many values." } };
    }
    if (token.kind === "colon") key = name;
    if (token.kind === "name") name = token.text;
    const leaf = leafOf(token, key);
    if (leaf !== undefined) args.push(leaf);
  }
  return { args, problem: depth === 0 ? undefined : { fault: "syntax", message: "The GraphQL document ends too early." } };
}

/** A value goes by the last name that stood in front of a colon. Names are values too where they may be enumerations. */
function leafOf(token: Token, key: string): Pair | undefined {
  if (token.kind === "string" || token.kind === "number") return [key === "" ? ROOT : `${ROOT}.${key}`, token.text];
  if (token.kind === "name" && token.text.startsWith("__")) return [`${ROOT}.introspection`, token.text];
  return undefined;
}
