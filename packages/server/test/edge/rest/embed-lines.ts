import type { SupabaseClient } from "@supabase/supabase-js";

const NOBODYS = "00000000-0000-4000-8000-000000000000";

/** What the client asks, and the rows that come; "me" stands for the id of who asks. */
export const ANSWERS: readonly [
  says: string,
  ask: (client: SupabaseClient) => PromiseLike<{ data: unknown; error: unknown }>,
  expected: unknown,
][] = [
  [
    "a row that is named, by its collection",
    (c) => c.from("patients").select("score, wards(title)").order("score"),
    [
      { score: 1, wards: { title: "east" } },
      { score: 2, wards: { title: "west" } },
      { score: 3, wards: null },
    ],
  ],
  ["a row that is named, by the ref field", (c) => c.from("patients").select("ward(title)").eq("score", 1), [{ ward: { title: "east" } }]],
  [
    "a row that is named, with a constraint as the hint",
    (c) => c.from("patients").select("wards!patients_ward_fkey(title)").eq("score", 1),
    [{ wards: { title: "east" } }],
  ],
  ["an account, by the ref field", (c) => c.from("patients").select("doctor(id)").eq("score", 1), [{ doctor: { id: "me" } }]],
  [
    "one of two ways, by a hint",
    (c) => c.from("transfers").select("from:wards!source(title), to:wards!target(title)"),
    [{ from: { title: "east" }, to: { title: "west" } }],
  ],
  [
    "one of two ways back, by a hint",
    (c) => c.from("wards").select("title, out:transfers!source(reason)").eq("title", "east"),
    [{ title: "east", out: [{ reason: "space" }] }],
  ],
  [
    "one row where the ref is unique",
    (c) => c.from("patients").select("charts(colour)").order("score"),
    [{ charts: { colour: "red" } }, { charts: null }, { charts: null }],
  ],
  [
    "the row above, in a collection that names itself",
    (c) => c.from("wards").select("title, part_of(title)").eq("title", "east"),
    [{ title: "east", part_of: { title: "house" } }],
  ],
  [
    "the rows below, in a collection that names itself",
    (c) => c.from("wards").select("wards(title)").eq("title", "house").order("title", { referencedTable: "wards" }),
    [{ wards: [{ title: "east" }, { title: "west" }] }],
  ],
  [
    "the rows below, by a hint",
    (c) => c.from("wards").select("parts:wards!part_of(title)").eq("title", "house").order("title", { referencedTable: "parts" }),
    [{ parts: [{ title: "east" }, { title: "west" }] }],
  ],
  [
    "three levels",
    (c) => c.from("wards").select("title, patients(score, visits(kind, doctor:accounts(id)))").eq("title", "west"),
    [{ title: "west", patients: [{ score: 2, visits: [{ kind: "first", doctor: { id: "me" } }] }] }],
  ],
  [
    "a row that is spread",
    (c) => c.from("patients").select("score, ...wards(place:title, part_of(title))").order("score"),
    [
      { score: 1, place: "east", part_of: { title: "house" } },
      { score: 2, place: "west", part_of: { title: "house" } },
      { score: 3, place: null, part_of: null },
    ],
  ],
  [
    "only rows with something embedded",
    (c) => c.from("patients").select("score, visits!inner(kind)").eq("visits.kind", "again"),
    [{ score: 1, visits: [{ kind: "again" }, { kind: "again" }] }],
  ],
  [
    "rows by a condition on the row above",
    (c) => c.from("visits").select("notes, patients!inner(name)").eq("patients.score", 2),
    [{ notes: "bob 4", patients: { name: "Bob" } }],
  ],
  [
    "rows by a look-up in an encrypted field of the row above",
    (c) => c.from("visits").select("notes, patients!inner()").eq("patients.national_id", "n-2"),
    [{ notes: "bob 4" }],
  ],
  [
    "inner joins inside one another",
    (c) => c.from("wards").select("title, patients!inner(score, visits!inner(notes))").eq("patients.visits.kind", "again"),
    [{ title: "east", patients: [{ score: 1, visits: [{ notes: "ann 3" }, { notes: "ann 2" }] }] }],
  ],
  ["rows by the account that they name", (c) => c.from("visits").select("notes, doctor!inner(id)").eq("doctor.id", NOBODYS), []],
  [
    "everything where a left join finds nothing",
    (c) => c.from("visits").select("doctor!left(id)").eq("doctor.id", NOBODYS).eq("kind", "again").limit(1),
    [{ doctor: null }],
  ],
  [
    "conditions on embedded rows without an inner join",
    (c) => c.from("patients").select("score, visits(notes)").eq("visits.kind", "first").order("score"),
    [
      { score: 1, visits: [{ notes: "ann 1" }] },
      { score: 2, visits: [{ notes: "bob 4" }] },
      { score: 3, visits: [] },
    ],
  ],
  [
    "or among embedded rows",
    (c) =>
      c
        .from("patients")
        .select("visits(notes)")
        .eq("score", 1)
        .or("notes.is.null,and(kind.eq.again,at.gt.2026-01-02T12:00:00Z)", { referencedTable: "visits" }),
    [{ visits: [{ notes: "ann 3" }] }],
  ],
  ["rows with nothing embedded", (c) => c.from("patients").select("score, visits()").is("visits", null), [{ score: 3 }]],
  [
    "rows with something embedded, asked as a condition",
    (c) => c.from("patients").select("score, visits()").not("visits", "is", null).order("score"),
    [{ score: 1 }, { score: 2 }],
  ],
  [
    "what is embedded, among other conditions",
    (c) => c.from("patients").select("score, visits()").or("visits.is.null,score.eq.2").order("score"),
    [{ score: 2 }, { score: 3 }],
  ],
  [
    "the newest of each",
    (c) =>
      c
        .from("patients")
        .select("score, visits(notes)")
        .order("score")
        .order("at", { referencedTable: "visits", ascending: false })
        .limit(1, { referencedTable: "visits" }),
    [
      { score: 1, visits: [{ notes: "ann 3" }] },
      { score: 2, visits: [{ notes: "bob 4" }] },
      { score: 3, visits: [] },
    ],
  ],
  [
    "the second of each",
    (c) =>
      c
        .from("patients")
        .select("visits(notes)")
        .lt("score", 3)
        .order("score")
        .order("at", { referencedTable: "visits" })
        .range(1, 1, { referencedTable: "visits" }),
    [{ visits: [{ notes: "ann 2" }] }, { visits: [] }],
  ],
  ["nothing but what is embedded", (c) => c.from("patients").select("visits(kind)").eq("score", 2), [{ visits: [{ kind: "first" }] }]],
  [
    "without nulls, where asked to",
    (c) => c.from("patients").select("score, wards(title, part_of), charts(colour)").eq("score", 3).stripNulls(),
    [{ score: 3 }],
  ],
  [
    "parts of json fields",
    (c) =>
      c
        .from("patients")
        .select(
          'home:data->phone->>home, data->phone->codes->0, flag:data->phone->codes->1->a, last:data->phone->codes->>-1, data->>nothing, odd:data->"odd key"',
        )
        .eq("score", 1),
    [{ home: "1", codes: 7, flag: true, last: '{"a":true}', nothing: null, odd: null }],
  ],
  [
    "parts of json fields of embedded rows",
    (c) => c.from("visits").select("patients!inner(data->phone->>home)").eq("kind", "first").eq("patients.score", 1),
    [{ patients: { home: "1" } }],
  ],
  ["part of an encrypted json field", (c) => c.from("patients").select("closed->key->>0").eq("score", 1), [{ key: "deep" }]],
  [
    "rows that name no such account",
    (c) => c.from("visits").select("notes, doctor()").eq("doctor.id", NOBODYS).is("doctor", null).eq("kind", "first").order("at"),
    [{ notes: "ann 1" }, { notes: "bob 4" }],
  ],
  [
    "rows that name such an account",
    (c) => c.from("visits").select("notes, doctor()").eq("doctor.id", NOBODYS).not("doctor", "is", null),
    [],
  ],
  ["rows that name another account", (c) => c.from("visits").select("notes, doctor()").neq("doctor.id", NOBODYS).is("doctor", null), []],
  ["rows by text in a json field", (c) => c.from("patients").select("score").eq("data->phone->>home", "1"), [{ score: 1 }]],
  ["rows by a number in a json field", (c) => c.from("patients").select("score").gt("data->phone->codes->0", 6.5), [{ score: 1 }]],
  ["rows by a boolean in a json field", (c) => c.from("patients").select("score").eq("data->phone->codes->-1->a", true), [{ score: 1 }]],
  ["rows by a pattern in a json field", (c) => c.from("patients").select("score").ilike("data->phone->>home", "1%"), [{ score: 1 }]],
  ["rows by a list for a json field", (c) => c.from("patients").select("score").in("data->phone->>home", ["1", "2"]), [{ score: 1 }]],
  [
    "rows without something in a json field",
    (c) => c.from("patients").select("score").is("data->phone", null).order("score"),
    [{ score: 2 }, { score: 3 }],
  ],
  [
    "rows by a json field, among other conditions",
    (c) => c.from("patients").select("score").or("data->phone->>home.eq.1,score.eq.3").order("score"),
    [{ score: 1 }, { score: 3 }],
  ],
  [
    "rows by a json field of the row above",
    (c) => c.from("visits").select("notes, patients!inner()").eq("patients.data->phone->>home", "1").eq("kind", "first"),
    [{ notes: "ann 1" }],
  ],
];

/** What is refused, whoever asks. */
export const REFUSALS: readonly [says: string, collection: string, query: string, status: number, code: string][] = [
  ["a collection that is not related", "charts", "select=wards(id)", 400, "PGRST200"],
  ["one that is not there", "patients", "select=nothing(id)", 400, "PGRST200"],
  ["a hint that leads nowhere", "patients", "select=wards!guardian(id)", 400, "PGRST200"],
  ["two ways without a hint", "transfers", "select=wards(id)", 300, "PGRST201"],
  ["two refs to accounts without a hint", "patients", "select=accounts(id)", 300, "PGRST201"],
  ["a way that the caller may not know", "visits", "select=billed_to(title)", 400, "PGRST200"],
  ["the same way back", "wards", "select=visits(kind)", 400, "PGRST200"],
  ["a hidden field of an embedded row", "patients", "select=visits(cost)", 400, "42703"],
  ["a condition on it", "patients", "select=visits(id)&visits.cost=eq.1", 400, "42703"],
  ["a condition on it behind an inner join", "patients", "select=visits!inner(id)&visits.cost=gt.0", 400, "42703"],
  ["an order by it", "patients", "select=visits(id)&visits.order=cost", 400, "42703"],
  ["another field of an account", "patients", "select=doctor(email)", 400, "42703"],
  ["rows through an account", "patients", "select=doctor(id,visits(id))", 400, "PGRST200"],
  ["parameters of what is not embedded", "patients", "select=id&visits.kind=eq.first", 400, "PGRST108"],
  ["parameters by the name behind an alias", "patients", "select=v:visits(id)&visits.kind=eq.first", 400, "PGRST108"],
  ["a spread of several rows", "patients", "select=...visits(id)", 400, "PGRST119"],
  ["two things under one name", "patients", "select=id,id:visits(id)", 400, "42883"],
  ["a spread under a name that is taken", "patients", "select=score,...wards(score:title)", 400, "42883"],
  ["a collection whose rule lets nobody in", "patients", "select=secrets(words)", 403, "42501"],
  ["six levels", "wards", `select=${"wards(".repeat(6)}id${")".repeat(6)}`, 400, "PGRST100"],
  ["21 collections", "wards", `select=${Array.from({ length: 21 }, (_, at) => `a${at}:wards(id)`).join()}`, 400, "PGRST100"],
  ["an offset that decides whether a row is answered", "patients", "select=visits!inner(id)&visits.offset=1", 400, "PGRST127"],
  ["an order by an embedded row", "visits", "select=patients(id)&order=patients(score)", 400, "PGRST127"],
  ["an aggregate of embedded rows", "patients", "select=visits(count())", 400, "PGRST127"],
  ["a limit below zero", "patients", "select=visits(id)&visits.limit=-1", 416, "PGRST103"],
  ["what is not closed", "patients", "select=visits(id", 400, "PGRST100"],
  ["a path into what is not json", "patients", "select=score->a", 400, "42883"],
  ["a path into what is encrypted text", "patients", "select=name->a", 400, "42883"],
  ["a condition on part of what is encrypted", "patients", "national_id->>a=is.null", 400, "42883"],
  ["a condition on part of encrypted json", "patients", "closed->>a=eq.1", 400, "42883"],
  ["the question whether part of encrypted json is null", "patients", "closed->a=is.null", 400, "42883"],
  ["a condition on part of what is not json", "patients", "score->>a=eq.1", 400, "42883"],
  ["a condition on part of json that is not JSON", "patients", "data->a=eq.x", 400, "22P02"],
  ["an order of texts in JSON", "patients", 'data->a=gt."x"', 400, "22P02"],
  ["a pattern for what is not text", "patients", "data->a=like.x", 400, "42883"],
  ["a quote in a name on a path", "patients", 'data->>"a\\"b"=eq.1', 400, "22023"],
  ["a path into a hidden field", "visits", "cost->>a=is.null", 400, "42703"],
];
