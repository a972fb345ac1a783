import type { Marker, Source, Target } from "../rule/index.ts";
import type { ActionCall } from "./action-list.ts";
import type { Names } from "./known.ts";
import { changeActions, type OpenItem, type OpenLink, type OpenRule } from "./open-rule.ts";

/** SecRuleRemoveBy… and SecRuleUpdate…: done when all rules are there. */
export interface Change {
  readonly source: Source;
  /** The remark where no rule is meant. */
  readonly whenUnmet: string;
  /** The rules as they are then; undefined where none is meant. */
  apply(items: readonly OpenItem[], names: Names): readonly OpenItem[] | undefined;
}

export type IsMeant = (rule: OpenRule) => boolean;

export interface Place {
  readonly isMeant: IsMeant;
  /** 0 the head of a chain, 1 the rule behind it … */
  readonly link: number;
}

/** Takes rules out. Where others jump behind one, a marker keeps its place (as in ModSecurity 2). */
export function removal(source: Source, isMeant: IsMeant): Change {
  return {
    source,
    whenUnmet: "no such rule is there: nothing was removed",
    apply(items) {
      const wanted = new Set(items.flatMap((item) => ("rule" in item ? (item.rule.links[0]?.parts.skipAfter ?? []) : [])));
      if (!items.some((item) => "rule" in item && isMeant(item.rule))) return undefined;
      return items.flatMap((item): OpenItem[] => {
        if ("marker" in item || !isMeant(item.rule)) return [item];
        const marker = String(item.rule.id);
        return wanted.has(marker) ? [{ marker: markerAt(item.rule, marker, source) }] : [];
      });
    },
  };
}

function markerAt({ links }: OpenRule, marker: string, source: Source): Marker {
  return { marker, source: links[0]?.source ?? source };
}

/** Other variables for rules. */
export function targetUpdate(source: Source, place: Place, added: readonly Target[], replaced: readonly Target[]): Change {
  const gone = new Set(replaced.map((target) => JSON.stringify(target)));
  return update(source, place, (_rule, link) => {
    const there = new Set(link.targets.map((target) => JSON.stringify(target)));
    const fresh = added.filter((target) => !there.has(JSON.stringify(target)));
    link.targets = [...link.targets.filter((target) => !gone.has(JSON.stringify(target))), ...fresh];
  });
}

/** Other actions for rules. */
export function actionUpdate(source: Source, place: Place, calls: readonly ActionCall[]): Change {
  return update(source, place, (rule, link, names) => changeActions(rule, link, calls, names));
}

function update(source: Source, place: Place, change: (rule: OpenRule, link: OpenLink, names: Names) => void): Change {
  return {
    source,
    whenUnmet: "no such rule is there: nothing was changed",
    apply(items, names) {
      const meant = items.flatMap((item) => ("rule" in item && place.isMeant(item.rule) ? [item.rule] : []));
      let isMet = false;
      for (const rule of meant) {
        const link = rule.links[place.link];
        if (link === undefined) continue;
        isMet = true;
        rule.made = undefined;
        change(rule, link, names);
      }
      return isMet ? items : undefined;
    },
  };
}
