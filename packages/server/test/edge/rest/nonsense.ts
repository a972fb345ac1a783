import fc from "fast-check";
import { utf8 } from "../../../src/kit/index.ts";

export const MARKER = "Zx-marker-Qy";
/** The doctor of the sensible rows. */
export const DOCTOR = "11111111-1111-4111-8111-111111111111";
const FIELDS = [
  "id",
  "name",
  "national_id",
  "status",
  "doctor",
  "score",
  "weight",
  "urgent",
  "seen_at",
  "tags",
  "picture",
  "remark",
  "diagnosis",
  "ward",
  "created_at",
  "nope",
  "__proto__",
  "constructor",
  "national_id~1",
  "row_version",
];
const OPERATORS = [
  "eq",
  "neq",
  "gt",
  "gte",
  "lt",
  "lte",
  "like",
  "ilike",
  "match",
  "imatch",
  "in",
  "is",
  "isdistinct",
  "fts",
  "cs",
  "not.eq",
  "not.in",
  "not.is",
  "like(any)",
  "",
  "not",
];

const oddText = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.constantFrom(
    "null",
    "true",
    "(1,2)",
    '("a,b",c)',
    "()",
    "(",
    '"',
    "\\",
    "%00",
    "%ff",
    "%",
    "*",
    "1e999",
    "-0",
    "9007199254740993",
    "2026-01-01T00:00:00Z",
    "a\0b",
    "((",
    "'; drop table x; --",
    "{1,2}",
  ),
);
const usefulText = fc.constantFrom(
  "1",
  "0",
  "5",
  "x",
  "active",
  "true",
  "null",
  "(1,2)",
  "(x)",
  "2026-01-01T00:00:00Z",
  "a*",
  "%a_",
  "^a",
  "00000000-0000-4000-8000-000000000000",
);
const condition = fc
  .tuple(
    fc.constantFrom(...FIELDS),
    fc.constantFrom(...OPERATORS),
    fc.oneof({ weight: 2, arbitrary: usefulText }, { weight: 1, arbitrary: oddText }),
  )
  .map(([field, operator, value]) => ({ field, text: `${operator}.${value}` }));
const logic = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    condition.map(({ field, text }) => `${field}.${text}`),
    fc
      .tuple(fc.constantFrom("and", "or", "not.and", "not.or", "xor"), fc.array(tie("node"), { maxLength: 3 }))
      .map(([op, of]) => `${op}(${of.join(",")})`),
  ),
})).node;
/** Mostly sense, so that nonsense gets deep enough to do harm. */
function mostly<T>(sense: fc.Arbitrary<T>, nonsense: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 9, arbitrary: sense }, { weight: 1, arbitrary: nonsense });
}
const named = (name: string, ...values: readonly string[]): fc.Arbitrary<[string, string]> =>
  mostly(fc.constantFrom(...values), oddText).map((value): [string, string] => [name, value]);
const EMBEDS = [
  "*,boxes(*)",
  "id,boxes!inner(id,owner(id))",
  "boxes()",
  "id,notes(id,patients(score,boxes(label)))",
  "doctor(id),doc:accounts(id)",
  "...doctor(id)",
  "...boxes(label)",
  "boxes!about!left(id,",
  "tags->a->>0,tags->-1",
  "notes!parent(id)",
];
const parameter = fc.oneof(
  { weight: 6, arbitrary: condition.map(({ field, text }): [string, string] => [field, text]) },
  { weight: 3, arbitrary: logic.map((text): [string, string] => ["or", `(${text})`]) },
  { weight: 1, arbitrary: named("select", "*", "id,name", "a:id,b:score", "id::text", "x(y)", "*,remark", "count()", ...EMBEDS) },
  { weight: 1, arbitrary: named("order", "score", "score.desc.nullslast,status", "name", "id", "remark", "diagnosis") },
  { weight: 1, arbitrary: named("limit", "0", "1", "5", "-1", "99999") },
  { weight: 1, arbitrary: named("offset", "0", "1", "-5", "99999") },
  { weight: 1, arbitrary: named("columns", "name,doctor", '"score"', "remark", "nope") },
  { weight: 1, arbitrary: named("on_conflict", "id", "national_id", "score", "nope") },
  { weight: 1, arbitrary: named("rel.select", "*") },
  { weight: 1, arbitrary: named("tags->a", "eq.1", "is.null", "gt.5", "not.in.(1,2)") },
  { weight: 1, arbitrary: named("tags->>a", "eq.1", "like.a*", "match.^a", "isdistinct.1") },
  { weight: 1, arbitrary: named("boxes.label", "eq.x", "is.null", "x") },
  { weight: 1, arbitrary: named("boxes.order", "label", "owner", "stamp") },
  { weight: 1, arbitrary: named("boxes.limit", "0", "1", "-1") },
  { weight: 1, arbitrary: named("boxes.or", "(label.eq.1,id.is.null)", "(") },
  { weight: 1, arbitrary: named("boxes", "is.null", "not.is.null") },
);
export const query = mostly(
  fc
    .array(parameter, { maxLength: 3 })
    .map((pairs) => pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encode(value)}`).join("&")),
  fc.string({ maxLength: 60 }),
);
const conditions = fc
  .array(condition, { minLength: 1, maxLength: 2 })
  .map((of) => of.map(({ field, text }) => `${field}=${encode(text)}`).join("&"));
/** What a write may say in its query. */
export const write = fc.oneof(
  fc.tuple(fc.constant("PATCH"), mostly(fc.oneof(conditions, fc.constantFrom("score=gte.0", "score=lt.0", "score=eq.1")), query)),
  fc.tuple(
    fc.constant("POST"),
    mostly(fc.constantFrom("", "select=id", "columns=name,doctor,score,id", "on_conflict=id", "on_conflict=national_id"), query),
  ),
);
const PREFERENCES = [
  "",
  "count=exact",
  "return=representation",
  "return=minimal,count=planned",
  "resolution=merge-duplicates,return=representation",
  "resolution=ignore-duplicates",
  "handling=strict,what=ever",
  "handling=strict,max-affected=0",
  "missing=default",
];
const TYPES = [
  "",
  "*/*",
  "application/json",
  "application/vnd.pgrst.object+json",
  "application/vnd.pgrst.array+json;nulls=stripped",
  "text/csv",
];
export const headers = fc.record({
  prefer: mostly(fc.constantFrom(...PREFERENCES), fc.string({ maxLength: 30 })),
  accept: mostly(fc.constantFrom(...TYPES, "application/json", "application/json"), fc.string({ maxLength: 30 })),
  range: mostly(fc.constantFrom("", "0-4", "5-", "9-1", "items=0-0", "999999999999-"), fc.string({ maxLength: 10 })),
});
const jsonValue = fc.oneof(fc.jsonValue({ maxDepth: 3 }), oddText, fc.integer(), fc.double(), fc.constant(null), fc.constant(MARKER));
const SENSIBLE: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  name: fc.string({ maxLength: 5 }),
  national_id: fc.string({ maxLength: 3 }),
  status: fc.constantFrom("active", "discharged"),
  score: fc.integer({ min: 0, max: 100 }),
  weight: fc.double({ noNaN: true, noDefaultInfinity: true }),
  urgent: fc.boolean(),
  seen_at: fc.constant("2026-01-01T00:00:00Z"),
  tags: fc.jsonValue({ maxDepth: 3 }),
  remark: fc.string({ maxLength: 5 }),
  id: fc.uuid(),
};
const goodRow = fc.record(SENSIBLE, { requiredKeys: ["name"] }).map((values) => ({ ...values, doctor: DOCTOR }));
const row = mostly(
  goodRow as fc.Arbitrary<Record<string, unknown>>,
  fc.dictionary(fc.constantFrom(...FIELDS), jsonValue, { maxKeys: 6 }) as fc.Arbitrary<Record<string, unknown>>,
);
const WRONG_BODIES = [
  '{"a":1,"a":2}',
  "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]",
  '{"score":1e999}',
  '{"__proto__":{"score":1}}',
  "",
  "null",
  "1",
  '"x"',
  '{"score":12345678901234567890}',
];
export const body = mostly(
  fc.oneof(row, fc.array(row, { maxLength: 4 })).map((value) => utf8(JSON.stringify(value))),
  fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.constantFrom(...WRONG_BODIES).map(utf8)),
);

/** Text that cannot be encoded is sent as it is: clients do that too. */
function encode(value: string): string {
  try {
    return encodeURIComponent(value);
  } catch {
    return "%ed%a0%80";
  }
}
