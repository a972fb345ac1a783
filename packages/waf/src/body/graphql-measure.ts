// One GraphQL document, token by token, against the limits of what it may cost.
import { createDefinitions } from "./graphql-definitions.ts";
import type { Exceed } from "./graphql-limits.ts";
import type { Token } from "./graphql-token.ts";

/** Where a name stands. */
type Place = "field" | "aliased" | "spread" | "condition" | "directive";

/** Measures one document; calls `attempt` for each root field with arguments. */
export function createMeasure(exceed: Exceed, attempt: (field: string) => void): { take(token: Token): void; end(): void } {
  const definitions = createDefinitions(exceed);
  const alias = createAliases(exceed);
  let valueDepth = 0;
  let place: Place = "field";
  let isSpread = false;
  const repeat = createRepetitions(exceed);
  /** The field before, until anything else comes. */
  let callee = "";
  let dots = 0;
  let directives = 0;
  let variables = 0;
  let names = 0;

  function takeValue(token: Token): void {
    if (token.kind === "open") exceed("value depth", ++valueDepth - 1);
    else if (token.kind === "close") valueDepth--;
    else if (token.kind === "other" && token.text === "$" && definitions.depth === 0) exceed("variables", ++variables);
  }

  function takeName(text: string): void {
    exceed("names", ++names);
    const at = place;
    place = "field";
    callee = "";
    if (at === "directive") exceed("directives", ++directives);
    else if (definitions.depth === 0) definitions.word(text);
    else if (at === "spread") {
      isSpread = text === "on";
      if (isSpread) place = "condition";
      else definitions.spread(text);
    } else if (at !== "condition") takeField(text, at === "aliased");
  }

  function takeField(text: string, isAliased: boolean): void {
    directives = 0;
    isSpread = false;
    repeat(text);
    definitions.field();
    callee = text;
    if (isAliased) alias(text, definitions.depth === 1 ? definitions.operation : undefined);
  }

  function takeMark(token: Token): void {
    const called = callee;
    callee = "";
    if (token.kind === "open" && token.text !== "{") {
      valueDepth++;
      if (called !== "" && definitions.depth === 1) attempt(called);
    } else if (token.kind === "open") {
      repeat("");
      definitions.open(isSpread);
      isSpread = false;
      directives = 0;
    } else if (token.kind === "close") {
      repeat("");
      if (definitions.close()) variables = 0;
    } else if (token.kind === "colon") {
      // What looked like a field was another name for one.
      place = "aliased";
      repeat("");
      definitions.unfield();
    } else if (token.kind === "other") takeSign(token.text);
  }

  function takeSign(sign: string): void {
    if (sign === "@") place = "directive";
    if (sign !== "." || ++dots % 3 !== 0) return;
    place = "spread";
    isSpread = true;
    directives = 0;
  }

  return {
    take(token) {
      if (valueDepth > 0) takeValue(token);
      else if (token.kind === "name") takeName(token.text);
      else takeMark(token);
    },
    end: () => definitions.end(),
  };
}

/** Counts how often a field stands in a row; anything else that stands there is empty. */
function createRepetitions(exceed: Exceed): (field: string) => void {
  let last = "";
  let count = 0;
  return (field) => {
    count = field === last ? count + 1 : 1;
    last = field;
    if (field !== "") exceed("repetitions", count);
  };
}

/** Counts the other names of each field; in what changes something fewer are borne. */
function createAliases(exceed: Exceed): (field: string, operation: "mutation" | "subscription" | undefined) => void {
  const counts = new Map<string, number>();
  return (field, operation) => {
    const count = (counts.get(field) ?? 0) + 1;
    counts.set(field, count);
    exceed("aliases", count);
    if (operation !== undefined) exceed(`${operation} aliases`, count);
  };
}
