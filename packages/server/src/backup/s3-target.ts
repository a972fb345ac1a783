import { openAsBlob } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, Fault } from "../kit/index.ts";
import { createSha256 } from "../vault/index.ts";
import { EMPTY_PAYLOAD, encodePart, type S3Credentials, signRequest } from "./s3-sign.ts";
import { checkName, type Kept, missing, type Target, taken } from "./target.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface S3Place {
  /** `https://host[:port]`; plain http on loopback alone. */
  readonly endpoint: string;
  readonly bucket: string;
  /** "" or a path without a slash at either end. */
  readonly prefix: string;
  readonly region: string;
}

export interface S3Needs {
  readonly place: S3Place;
  readonly credentials: S3Credentials;
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** Where a backup is written before it is sent. */
  readonly draftFolder: string;
  /** So much goes in one request; more goes in parts of this size. */
  readonly partBytes?: number;
}

const OWNER_ONLY_FOLDER = 0o700;
const PART_BYTES = 536_870_912;
const SMALL_BYTES_MAX = 16_777_216;
const ANSWER_MS = 60_000;
/** A line slower than this is taken for a broken one. */
const BYTES_PER_MS_MIN = 50;
const TIMER_MS_MAX = 2_147_483_647;
const LIST_PAGES_MAX = 1_000;
/** Asked for to find out what a store does; no backup. */
const PROBE = "holdfast-probe";
const META_SHA256 = "x-amz-meta-sha256";

/** A bucket of anything that speaks S3. Puts are conditional: what is there is never overwritten. */
export function createS3Target(needs: S3Needs): Target {
  const { place, draftFolder, partBytes = PART_BYTES } = needs;
  const s3 = createRequests(needs);
  const shown = `${new URL(place.endpoint).host}/${place.bucket}${place.prefix === "" ? "" : `/${place.prefix}`}`;
  return {
    place: `s3:${shown}`,
    async keep(name, make) {
      if (await s3.digestOf(checkName(name))) throw taken(name);
      await mkdir(draftFolder, { recursive: true, mode: OWNER_ONLY_FOLDER });
      const draft = join(draftFolder, name);
      await rm(draft, { force: true });
      try {
        const made = await make(draft);
        const blob = await openAsBlob(draft);
        await (blob.size <= partBytes ? s3.put(name, blob) : s3.putParts(name, blob, partBytes));
        return made;
      } finally {
        await rm(draft, { force: true });
      }
    },
    async keepSmall(name, bytes) {
      await s3.put(checkName(name), new Blob([Uint8Array.from(bytes)]));
    },
    async *read(name) {
      const answer = await s3.ask("GET", { name: checkName(name), bytes: Number.MAX_SAFE_INTEGER });
      if (answer.status === 404) throw missing(`${shown}/${name}`);
      await mustBeFine(answer, `reading ${name}`);
      for await (const chunk of answer.body ?? []) yield new Uint8Array(chunk);
    },
    list: () => s3.list(),
    async remove(name) {
      await mustBeFine(await s3.ask("DELETE", { name: checkName(name) }), `deleting ${name}`);
    },
    async lacks() {
      const name = PROBE;
      const blob = new Blob(["holdfast"]);
      await s3.put(name, blob);
      const again = await s3.ask("PUT", { name, body: blob, payload: await digest(blob), headers: { "if-none-match": "*" } });
      await again.body?.cancel();
      const other = createRequests({ ...needs, credentials: { ...needs.credentials, secretAccessKey: "not the secret" } });
      const stranger = await other.ask("GET", { name });
      await stranger.body?.cancel();
      return [
        ...(again.status === 412 ? [] : ["It overwrites what is there: conditional puts (If-None-Match) are not honoured."]),
        ...(stranger.ok ? ["It answers requests with a wrong signature: everybody who reaches it can read."] : []),
      ];
    },
  };
}

interface Question {
  readonly name?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Blob;
  readonly payload?: string;
  /** How much may come back, for the time that it may take. */
  readonly bytes?: number;
}

function createRequests({ place, credentials, clock, ...world }: S3Needs) {
  const prefix = place.prefix === "" ? "" : `${place.prefix}/`;

  async function ask(method: string, question: Question): Promise<Response> {
    const { name, query = {}, headers = {}, body, payload = EMPTY_PAYLOAD, bytes = 0 } = question;
    const key = name === undefined ? "" : `/${`${prefix}${name}`.split("/").map(encodePart).join("/")}`;
    const url = new URL(`${place.endpoint}/${encodePart(place.bucket)}${key}`);
    url.search = Object.entries(query)
      .map(([part, value]) => `${encodePart(part)}=${encodePart(value)}`)
      .join("&");
    const signed = signRequest({ method, url, headers, payload }, { credentials, region: place.region, at: clock.now() });
    const ms = Math.min(ANSWER_MS + Math.ceil(Math.max(bytes, body?.size ?? 0) / BYTES_PER_MS_MIN), TIMER_MS_MAX);
    const init: RequestInit = { method, headers: signed, redirect: "error", signal: AbortSignal.timeout(ms) };
    return world.fetch(url.href, body === undefined ? init : { ...init, body }).catch((cause: unknown) => {
      throw new Fault("backup.refused", `The object storage ${url.host} cannot be reached.`, { cause });
    });
  }

  /** The digest that lies with what is there, "" where it lies there without one, `undefined` where nothing is there. */
  async function digestOf(name: string): Promise<string | undefined> {
    const answer = await ask("HEAD", { name });
    if (answer.status === 404) return undefined;
    await mustBeFine(answer, `looking at ${name}`);
    return answer.headers.get(META_SHA256) ?? "";
  }

  async function put(name: string, body: Blob): Promise<void> {
    const payload = await digest(body);
    const headers = { "if-none-match": "*", [META_SHA256]: payload };
    const answer = await ask("PUT", { name, body, payload, headers });
    if (answer.status !== 412 && answer.status !== 409) return mustBeFine(answer, `writing ${name}`);
    // An answer that was lost leaves the very same bytes behind.
    await answer.body?.cancel();
    if ((await digestOf(name)) !== payload) throw taken(name);
  }

  async function putParts(name: string, whole: Blob, partBytes: number): Promise<void> {
    const headers = { [META_SHA256]: await digest(whole) };
    const begun = await ask("POST", { name, query: { uploads: "" }, headers });
    const id = tag(await textOf(begun, `beginning ${name}`), "UploadId");
    try {
      const etags: string[] = [];
      for (let from = 0; from < whole.size; from += partBytes) {
        const body = whole.slice(from, from + partBytes);
        const query = { partNumber: String(etags.length + 1), uploadId: id };
        const answer = await ask("PUT", { name, query, body, payload: await digest(body) });
        await mustBeFine(answer, `writing a part of ${name}`);
        etags.push(answer.headers.get("etag") ?? "");
      }
      const parts = etags.map((etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${etag}</ETag></Part>`).join("");
      const body = new Blob([`<CompleteMultipartUpload>${parts}</CompleteMultipartUpload>`]);
      const question = { name, query: { uploadId: id }, body, payload: await digest(body), headers: { "if-none-match": "*" } };
      const text = await textOf(await ask("POST", question), `completing ${name}`);
      // This answer may be a refusal in the dress of a 200.
      if (text.includes("<Error>")) throw refusal(`completing ${name}`, 200, text);
    } catch (error) {
      await ask("DELETE", { name, query: { uploadId: id } }).then((answer) => answer.body?.cancel());
      throw error;
    }
  }

  async function list(): Promise<readonly Kept[]> {
    const kept: Kept[] = [];
    let token = "";
    for (let page = 0; page < LIST_PAGES_MAX; page += 1) {
      const query = { "list-type": "2", prefix, ...(token === "" ? {} : { "continuation-token": token }) };
      const text = await textOf(await ask("GET", { query }), "listing");
      for (const [, item = ""] of text.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
        kept.push({ name: tag(item, "Key").slice(prefix.length), bytes: Number(tag(item, "Size")) });
      }
      if (!text.includes("<IsTruncated>true</IsTruncated>")) return kept.filter(({ name }) => !name.includes("/") && name !== PROBE);
      token = tag(text, "NextContinuationToken");
    }
    throw new Fault("backup.refused", "The list of the bucket does not end. Give the backups a prefix of their own.");
  }

  return { ask, digestOf, put, putParts, list };
}

async function mustBeFine(answer: Response, what: string): Promise<void> {
  if (!answer.ok) throw refusal(what, answer.status, await bounded(answer));
  if (answer.body !== null && answer.headers.get("content-length") === "0") await answer.body.cancel();
}

async function textOf(answer: Response, what: string): Promise<string> {
  const text = await bounded(answer);
  if (!answer.ok) throw refusal(what, answer.status, text);
  return text;
}

async function bounded(answer: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > SMALL_BYTES_MAX) throw new Fault("backup.refused", "The object storage answers without end.");
  }
  return text;
}

function refusal(what: string, status: number, text: string): Fault {
  const code = /<Code>(\w{1,60})<\/Code>/.exec(text)?.[1] ?? "";
  return new Fault("backup.refused", `The object storage refused ${what}: ${status} ${code}`.trim(), { detail: { status, code } });
}

function tag(text: string, name: string): string {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  if (found === undefined) throw new Fault("backup.refused", `The object storage gave an answer without ${name}.`);
  return ENTITIES.reduce((plain, [entity, character]) => plain.replaceAll(entity, character), found);
}

const ENTITIES: readonly (readonly [string, string])[] = [
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&apos;", "'"],
  ["&amp;", "&"],
];

/** Hex; of a file without holding it. */
async function digest(blob: Blob): Promise<string> {
  const hash = createSha256();
  for await (const chunk of blob.stream()) hash.add(chunk);
  return Buffer.from(hash.end()).toString("hex");
}
