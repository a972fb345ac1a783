export { adviseOn } from "./advice.ts";
export { compareText, compareValues, equalValues } from "./compare.ts";
export { type Comparison, EVERY_ROW, type Filter, type Leaf, NO_ROW, type PatternMatch, type Sense } from "./filter.ts";
export { type JsonPath, type JsonStep, partOfJson, printAt, samePath } from "./json-path.ts";
export {
  FIELD_KINDS,
  fieldFromJson,
  fieldFromText,
  fieldToJson,
  type Kind,
  type Parsed,
  type Present,
  type Questions,
} from "./kinds/index.ts";
export { DEFAULT_LIMITS } from "./limits.ts";
export { matchesPattern, patternProblem } from "./pattern.ts";
export type { Collection, Field, FieldKind, Limits, Page, Plan, Rate, Secrecy, Unique } from "./plan.ts";
export { questionsOf } from "./questions.ts";
export type { Problem } from "./read/place.ts";
export { type PlanReading, planFrom, readPlan } from "./read/read-plan.ts";
export type { ActorAttribute, Operand, Rule } from "./rule.ts";
export type { Column, ColumnType, Index, Schema, Table } from "./schema.ts";
export { ACTIONS, type Action, holdsScope, scopesOf } from "./scopes.ts";
export type { Value } from "./value.ts";
export { type AccessRules, accounts, type CollectionOptions, type CollectionWord, collection } from "./words/collection-words.ts";
export { type Definition, type DefinitionWord, define } from "./words/define.ts";
export { boolean, bytes, dateTime, type FieldWord, integer, json, number, oneOf, ref, text } from "./words/field-words.ts";
export type { ActorWords, Condition, RowWords, RuleWords } from "./words/rule-words.ts";
