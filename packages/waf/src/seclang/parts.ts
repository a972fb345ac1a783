import { type Action, type Disruptive, type Meta, type Namespaces, NO_META, type Phase } from "../rule/index.ts";

/** What the actions of a rule have said so far: each action adds to them, then they are made into a Rule. */
export interface Parts {
  readonly id: number | undefined;
  readonly phase: Phase | undefined;
  readonly disruptive: Disruptive["kind"] | undefined;
  readonly status: number | undefined;
  readonly location: string;
  readonly transforms: readonly string[];
  readonly namespaces: Namespaces;
  readonly multiMatch: boolean;
  readonly capture: boolean;
  readonly isChained: boolean;
  readonly actions: readonly Action[];
  readonly skip: number;
  readonly skipAfter: string | undefined;
  readonly meta: Meta;
  readonly log: boolean | undefined;
  readonly auditLog: boolean | undefined;
}

/** Parts of which nothing has been said. */
export const NO_PARTS: Parts = Object.freeze({
  id: undefined,
  phase: undefined,
  disruptive: undefined,
  status: undefined,
  location: "",
  transforms: [],
  namespaces: {},
  multiMatch: false,
  capture: false,
  isChained: false,
  actions: [],
  skip: 0,
  skipAfter: undefined,
  meta: NO_META,
  log: undefined,
  auditLog: undefined,
});
