import { type BodyLimits, openBody, planBody } from "../body/index.ts";
import { headerValues, type Pair, type RequestHead, readTarget } from "../http/index.ts";
import { RuleProblem, type Settings } from "../rule/index.ts";
import { excerpt } from "../text/index.ts";
import { type Route, readRoute } from "./route.ts";
import type { Shape } from "./shape.ts";

/** What a route takes. What does not fit is refused before any signature has been asked. */
export interface DeclaredRoute {
  /** `POST /notes/*` */
  readonly route: string;
  /** Media types that a body may have, in lower case; absent or empty: none, so no body. */
  readonly contentTypes?: readonly string[];
  /** Parameters of the query and of forms, by name. */
  readonly parameters?: Readonly<Record<string, Shape>>;
  /** Leaves of a JSON body: `title`, `author.name`, `items[].id`. */
  readonly json?: Readonly<Record<string, Shape>>;
  /** Parameters and leaves that have to be there, spelled as above. */
  readonly required?: readonly string[];
  /** What becomes of a parameter that is not declared. */
  readonly unknown: "refuse" | "inspect";
}

/** A declared route made ready. */
export interface RouteCheck {
  readonly route: Route;
  /** Names of typed parameters, as `ctl:ruleRemoveTargetById` takes them. */
  readonly typed: readonly string[];
  /** What is wrong with the head; undefined: nothing. */
  checkHead(head: RequestHead): string | undefined;
  openBody(head: RequestHead): BodyCheck;
}

export interface BodyCheck {
  feed(chunk: Uint8Array): void;
  /** What is wrong with the parameters of query and body; undefined: nothing. */
  end(): string | undefined;
}

interface Field {
  readonly name: string;
  readonly shape: Shape;
  /** Over the name that the argument has in ARGS, without case: so do rules compare names. */
  readonly pattern: RegExp;
  /** For `ctl`: a plain name, or a pattern between slashes. */
  readonly target: string;
}

export function checkRoute(declared: DeclaredRoute, settings: Settings): RouteCheck {
  const route = readRoute(declared.route);
  const fields = readFields(declared);
  const find = (name: string): Field | undefined => fields.find(({ pattern }) => pattern.test(name));
  const required = (declared.required ?? []).map((name) => fields.find((field) => field.name === name) ?? unknownRequired(declared, name));
  const limits: BodyLimits = {
    bytesMax: settings.requestBodyBytesMax,
    argumentsMax: settings.argumentsMax,
    depthMax: settings.requestBodyJsonDepthMax,
    argumentSeparator: settings.argumentSeparator,
  };
  const checkPairs = (pairs: readonly Pair[]): string | undefined => {
    for (const [name, value] of pairs) {
      const field = find(name);
      if (field === undefined && declared.unknown === "refuse") return `the parameter ${excerpt(name)} is not declared`;
      if (field !== undefined && !field.shape.fits(value)) return `the parameter ${excerpt(name)} is not ${field.shape.name}`;
    }
    return undefined;
  };
  return {
    route,
    typed: fields.filter(({ shape }) => shape.isTyped).map(({ target }) => target),
    checkHead: (head) => checkType(head, declared) ?? checkPairs(queryOf(head, settings)),
    openBody: (head) => {
      const reader = openBody(planBody(head.headers), limits);
      return {
        feed: (chunk) => void reader.feed(chunk),
        end: () => {
          const facts = reader.end();
          if (facts.error !== undefined) return `the body cannot be read: ${excerpt(facts.error)}`;
          const missing = required.find(({ pattern }) => ![...queryOf(head, settings), ...facts.args].some(([name]) => pattern.test(name)));
          return missing === undefined ? checkPairs(facts.args) : `the parameter ${missing.name} is missing`;
        },
      };
    },
  };
}

function queryOf(head: RequestHead, settings: Settings): readonly Pair[] {
  return readTarget(head.target, head.method, { separator: settings.argumentSeparator, argumentsMax: settings.argumentsMax }).args;
}

function checkType(head: RequestHead, declared: DeclaredRoute): string | undefined {
  const types = headerValues(head.headers, "content-type");
  const hasBody = head.headers.some(([name, value]) => /^(?:content-length|transfer-encoding)$/i.test(name) && value.trim() !== "0");
  const allowed = declared.contentTypes ?? [];
  if (!hasBody && types.length === 0) return undefined;
  const type = (types[0] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  return types.length === 1 && allowed.includes(type)
    ? undefined
    : `the content type ${excerpt(type) || "(none)"} is not one of this route`;
}

function readFields(declared: DeclaredRoute): readonly Field[] {
  const parameters = Object.entries(declared.parameters ?? {}).map(([name, shape]) => makeField(name, [bytes(name)], shape));
  const leaves = Object.entries(declared.json ?? {}).map(([path, shape]) => makeField(path, `json.${bytes(path)}`.split("[]"), shape));
  return [...parameters, ...leaves];
}

/** `parts` are what stands between the places in lists. */
function makeField(name: string, parts: readonly string[], shape: Shape): Field {
  if (name === "" || /[/;,'"|\s]/.test(name)) throw new RuleProblem(`the parameter ${name} cannot be declared; expected a name without blanks, slashes and quotes`); // biome-ignore format: one line
  const source = `^${parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join(String.raw`\.array_\d+`)}$`;
  const [only] = parts;
  const target = parts.length === 1 && only !== undefined ? only : `/${source}/`;
  return { name, shape, pattern: new RegExp(source, "i"), target };
}

function unknownRequired(declared: DeclaredRoute, name: string): Field {
  throw new RuleProblem(`route ${declared.route}: ${name} is required and not declared`);
}

function bytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
