import { Fault } from "../../kit/index.ts";

/** The form in which rows are answered. */
export interface Form {
  readonly single: boolean;
  readonly nulls: "kept" | "stripped";
  readonly contentType: string;
}

const ARRAY: Form = { single: false, nulls: "kept", contentType: "application/json; charset=utf-8" };

/** The media types that are offered, without blanks. `nulls=stripped` leaves out what is null. */
const FORMS: ReadonlyMap<string, Form> = new Map<string, Form>([
  ["*/*", ARRAY],
  ["application/*", ARRAY],
  ["application/json", ARRAY],
  ["application/vnd.pgrst.array", { ...ARRAY, contentType: "application/vnd.pgrst.array+json; charset=utf-8" }],
  ["application/vnd.pgrst.array+json", { ...ARRAY, contentType: "application/vnd.pgrst.array+json; charset=utf-8" }],
  ["application/vnd.pgrst.array+json;nulls=stripped", stripped("array", false)],
  ["application/vnd.pgrst.array;nulls=stripped", stripped("array", false)],
  ["application/vnd.pgrst.object", object()],
  ["application/vnd.pgrst.object+json", object()],
  ["application/vnd.pgrst.object+json;nulls=stripped", stripped("object", true)],
  ["application/vnd.pgrst.object;nulls=stripped", stripped("object", true)],
]);

const OFFERS_MAX = 20;

/** Picks by the header `Accept`: the first offered type of the highest weight. */
export function readAccept(header: string | undefined): Form {
  if (header === undefined || header === "" || header === "*/*" || header === "application/json") return ARRAY;
  let best: { readonly form: Form; readonly weight: number } | undefined;
  for (const part of header.toLowerCase().split(",", OFFERS_MAX)) {
    const [type, weight] = readOffer(part);
    const form = FORMS.get(type);
    if (form !== undefined && weight > (best?.weight ?? 0)) best = { form, weight };
  }
  if (best !== undefined) return best.form;
  throw new Fault("request.not_acceptable", "None of these media types are available.", {
    detail: { rest: "PGRST107", hint: "Rows are answered as application/json or application/vnd.pgrst.object+json." },
  });
}

function readOffer(part: string): readonly [type: string, weight: number] {
  const [type = "", ...parameters] = part.split(";").map((word) => word.trim());
  const weight = parameters.find((parameter) => parameter.startsWith("q="));
  const kept = parameters.filter((parameter) => parameter.startsWith("nulls="));
  const value = weight === undefined ? 1 : Number(weight.slice(2));
  return [[type, ...kept].join(";"), Number.isFinite(value) ? value : 0];
}

function object(): Form {
  return { single: true, nulls: "kept", contentType: "application/vnd.pgrst.object+json; charset=utf-8" };
}

function stripped(shape: "array" | "object", single: boolean): Form {
  return { single, nulls: "stripped", contentType: `application/vnd.pgrst.${shape}+json;nulls=stripped; charset=utf-8` };
}
