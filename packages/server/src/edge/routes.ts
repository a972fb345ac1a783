import { Fault } from "../kit/index.ts";
import type { Dialect, FaultWords, Route } from "./contract.ts";

/** A route with what the edge needs to know of it on every request, worked out once. */
export interface BoundRoute {
  readonly route: Route;
  readonly names: readonly string[];
  readonly writes: boolean;
  readonly values: "declared" | "free";
}

export type Found =
  | { readonly kind: "route"; readonly bound: BoundRoute; readonly params: Readonly<Record<string, string>> }
  /** The address is known and the method is not. */
  | { readonly kind: "method"; readonly allow: string }
  | { readonly kind: "unknown" };

export interface Routes {
  find(method: string, segments: readonly string[]): Found;
  /** How the dialect that owns this path words its faults. */
  wordsFor(path: string): FaultWords | undefined;
}

interface Node {
  readonly segments: Map<string, Node>;
  named: Node | undefined;
  readonly methods: Map<string, BoundRoute>;
  allow: string;
}

const NO_PARAMS: Readonly<Record<string, string>> = Object.freeze({});
const UNKNOWN: Found = { kind: "unknown" };
const SEGMENT = /^(?::[a-z][a-zA-Z]*|[A-Za-z0-9._~-]+)$/;
const READ_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** Builds the table once. A route that does not say who may call it, or that is there twice, does not start. */
export function createRoutes(dialects: readonly Dialect[]): Routes {
  const root = createNode();
  for (const dialect of dialects) for (const route of dialect.routes) insert(root, dialect, route);
  const byLength = [...dialects].sort((a, b) => b.prefix.length - a.prefix.length);
  return {
    find: (method, segments) => find(root, method, segments),
    wordsFor: (path) => byLength.find(({ prefix }) => isUnder(path, prefix))?.words,
  };
}

function isUnder(path: string, prefix: string): boolean {
  if (prefix === "/") return true;
  return path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === "/");
}

function insert(root: Node, dialect: Dialect, route: Route): void {
  if (!isNeeds(route.needs)) throw new Fault("plan.invalid", `The route ${route.name} does not say who may call it.`);
  if (!isUnder(route.path, dialect.prefix)) throw new Fault("plan.invalid", `The route ${route.name} lies outside ${dialect.prefix}.`);
  const names: string[] = [];
  let node = root;
  for (const segment of route.path === "/" ? [] : route.path.slice(1).split("/")) {
    if (!SEGMENT.test(segment)) throw new Fault("plan.invalid", `The path ${route.path} has a segment that no route may have.`);
    if (segment.startsWith(":")) names.push(segment.slice(1));
    node = child(node, segment);
  }
  if (node.methods.has(route.method)) throw new Fault("plan.invalid", `${route.method} ${route.path} is declared twice.`);
  node.methods.set(route.method, { route, names, writes: !READ_METHODS.has(route.method), values: dialect.values ?? "free" });
  node.allow = allowOf(node);
}

function isNeeds(needs: unknown): boolean {
  if (typeof needs === "object" && needs !== null) return "scope" in needs && typeof needs.scope === "string" && needs.scope !== "";
  return needs === "public" || needs === "app" || needs === "account" || needs === "unfinished" || needs === "house";
}

function child(node: Node, segment: string): Node {
  if (segment.startsWith(":")) {
    node.named ??= createNode();
    return node.named;
  }
  const known = node.segments.get(segment) ?? createNode();
  node.segments.set(segment, known);
  return known;
}

function createNode(): Node {
  return { segments: new Map(), named: undefined, methods: new Map(), allow: "" };
}

function allowOf(node: Node): string {
  const methods = new Set(node.methods.keys());
  if (methods.has("GET")) methods.add("HEAD");
  return [...methods, "OPTIONS"].join(", ");
}

function find(root: Node, method: string, segments: readonly string[]): Found {
  const values: string[] = [];
  const node = walk(root, segments, 0, values);
  if (node === undefined) return UNKNOWN;
  const bound = node.methods.get(method) ?? (method === "HEAD" ? node.methods.get("GET") : undefined);
  if (bound === undefined) return { kind: "method", allow: node.allow };
  return { kind: "route", bound, params: paramsOf(bound.names, values) };
}

/** A segment written out wins over a named one; where it leads nowhere, the named one is tried. */
function walk(node: Node, segments: readonly string[], at: number, values: string[]): Node | undefined {
  const segment = segments[at];
  if (segment === undefined) return node.methods.size > 0 ? node : undefined;
  const written = node.segments.get(segment);
  const found = written && walk(written, segments, at + 1, values);
  if (found !== undefined || node.named === undefined || segment === "") return found;
  values.push(segment);
  const named = walk(node.named, segments, at + 1, values);
  if (named === undefined) values.pop();
  return named;
}

function paramsOf(names: readonly string[], values: readonly string[]): Readonly<Record<string, string>> {
  if (names.length === 0) return NO_PARAMS;
  const params: Record<string, string> = {};
  for (let at = 0; at < names.length; at += 1) params[names[at] ?? ""] = values[at] ?? "";
  return params;
}
