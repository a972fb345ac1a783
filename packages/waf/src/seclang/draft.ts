import type { Marker, OperatorCall, RuleSet, Settings, Source, Target } from "../rule/index.ts";
import type { ActionCall } from "./action-list.ts";
import type { Change } from "./change.ts";
import type { Names } from "./known.ts";
import type { Parts } from "./parts.ts";
import type { Problems } from "./problems.ts";

/** A rule as it was written: its actions are obeyed when all files have been read. */
export interface DraftRule {
  readonly targets: readonly Target[];
  readonly operator: OperatorCall | undefined;
  readonly calls: readonly ActionCall[];
  /** The default actions in force where the rule stood. */
  readonly defaults: Defaults;
  readonly chain: DraftRule[];
  readonly source: Source;
  /** Could all of it be read so far? What is missing for another reason is not worth a problem of its own. */
  readonly isSound: boolean;
  /** Read for looking it up; checked when the actions are obeyed. */
  readonly id: number | undefined;
}

/** SecDefaultAction by phase. */
export type Defaults = ReadonlyMap<number, Parts>;

export type DraftItem = { readonly rule: DraftRule } | { readonly marker: Marker };

/** A load on its way: what has been read so far. */
export interface Draft {
  readonly names: Names;
  readonly problems: Problems;
  settings: Settings;
  readonly readData: RuleSet["readData"];
  readonly items: DraftItem[];
  /** Rules made of what files say for some paths: they go before all others. */
  readonly placed: DraftItem[];
  /** SecDataset, by name. */
  readonly datasets: Map<string, string>;
  /** SecGeoLookupDb: where the file of places is; empty where none is named. */
  placesFile: string;
  defaults: Defaults;
  /** The rule whose chain waits for its next rule. */
  openChain: DraftRule | undefined;
  /** Removals and updates, done when all has been read. */
  readonly changes: Change[];
}
