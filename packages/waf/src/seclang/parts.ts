import type { Action, Disruptive, Phase } from "../rule/index.ts";

/** What the actions of a rule have said so far: filled one action after the other, then made into a Rule. */
export interface Parts {
  id: number | undefined;
  phase: Phase | undefined;
  disruptive: Disruptive["kind"] | undefined;
  status: number | undefined;
  location: string;
  transforms: string[];
  multiMatch: boolean;
  capture: boolean;
  isChained: boolean;
  actions: Action[];
  skip: number;
  skipAfter: string | undefined;
  message: string;
  logData: string;
  severity: number | undefined;
  tags: string[];
  revision: string;
  version: string;
  maturity: number | undefined;
  accuracy: number | undefined;
  log: boolean | undefined;
  auditLog: boolean | undefined;
}

/** Parts of which nothing has been said. */
export function createParts(): Parts {
  return {
    id: undefined,
    phase: undefined,
    disruptive: undefined,
    status: undefined,
    location: "",
    transforms: [],
    multiMatch: false,
    capture: false,
    isChained: false,
    actions: [],
    skip: 0,
    skipAfter: undefined,
    message: "",
    logData: "",
    severity: undefined,
    tags: [],
    revision: "",
    version: "",
    maturity: undefined,
    accuracy: undefined,
    log: undefined,
    auditLog: undefined,
  };
}
