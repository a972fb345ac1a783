import type { LimitName } from "../firewall/contract.ts";
import type { Actor } from "../identity/actor.ts";
import type { View } from "../store/contract.ts";

/** What the head says of who calls. Never from a URL, never from a cookie; nothing in it has been checked yet. */
export interface Credentials {
  /** The `apikey` header. */
  readonly apikey: string | undefined;
  /** What follows `Authorization: Bearer`. Any other scheme is refused by the edge (auth.invalid). */
  readonly bearer: string | undefined;
  /** Told by `Origin` or `Sec-Fetch-Site`: secret keys are refused then. */
  readonly browser: boolean;
  /** The peer, or what the named trusted proxies say: for keys that are bound to networks. */
  readonly address: string;
}

/**
 * Who asks, as of this snapshot. Whatever is presented must be right: Fault auth.invalid for any key or token that is wrong, expired or
 * ended, request.malformed for two keys that differ. Asked by the edge for every route but the public ones, so that
 * "brought a key" and "brought a key of this app" are the same thing to the routes that need "app".
 */
export type WhoIs = (credentials: Credentials, view: View) => Promise<Actor>;

/** What came in, checked against the limits, with no socket in it. */
export interface Exchange {
  /** Quotable; also in the answer's `x-request-id`. */
  readonly id: string;
  readonly method: string;
  /** Decoded once, without the query. */
  readonly path: string;
  /** From `:name` in the route's path. */
  readonly params: Readonly<Record<string, string>>;
  /** The raw query, without "?". */
  readonly query: string;
  /** Lower-case names; each at most once (repeated ones are joined or refused by the edge). */
  readonly headers: ReadonlyMap<string, string>;
  /** The peer, or what the named trusted proxies say. */
  readonly address: string;
  /** All conditions of the loopback privileges hold. */
  readonly loopback: boolean;
  /** The caller as the credential said when the head came. */
  readonly actor: Actor;
  /** The caller as of this snapshot: for work that reads, decides and commits. Faults when the session has ended meanwhile. */
  actorIn(view: View): Promise<Actor>;
  /** The whole body, bounded by the route; empty where the route takes none. */
  readonly body: Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as UTF-8. */
  readonly body?: string | Uint8Array;
}

interface RouteBase {
  /** Names it to the firewall, the trail and the metrics: "rest.read". */
  readonly name: string;
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** "/rest/v1/:collection": a name stands for one segment. */
  readonly path: string;
  /**
   * What the caller must bring; a route without it does not start.
   * public: nothing, and nothing is looked at: the actor is nobody. app: a key of this app (with it perhaps a finished session). account: a session. unfinished: a session, also one that still owes its factor.
   * service: a secret key with this scope. house: an operator's session at level 2.
   */
  readonly needs: "public" | "app" | "account" | "unfinished" | "house" | { readonly scope: string };
  readonly limit?: LimitName;
}

export type Route =
  /** Takes no body; runs inside the snapshot in which the caller was checked. */
  | (RouteBase & { readonly body: "none"; readonly reads: true; handle(exchange: Exchange, view: View): Promise<Answer> })
  | (RouteBase & { readonly body: "none"; readonly reads: false; handle(exchange: Exchange): Promise<Answer> })
  | (RouteBase & { readonly body: "json" | "form"; readonly bodyBytesMax: number; handle(exchange: Exchange): Promise<Answer> });

/** How a dialect words a fault: its own error body. The status comes from the one table in edge/faults.ts. */
export type FaultWords = (fault: {
  readonly code: string;
  readonly message: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly status: number;
  /** The quotable id, which is in `x-request-id` too. */
  readonly id: string;
}) => string;

export interface Dialect {
  /** "/rest/v1" */
  readonly prefix: string;
  readonly routes: readonly Route[];
  /**
   * `declared`: its routes check every name and value that they take, and texts among them are data that never becomes code here, so
   * the firewall's rules look at the rest of the head alone. Without it they look at everything.
   */
  readonly values?: "declared";
  readonly words: FaultWords;
}
