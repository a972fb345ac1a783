import { faultFrom, isFault } from "../../kit/index.ts";
import { type Answer, unreadable } from "./advisory.ts";
import { BULK_PATH, bulkQuestion, readBulk } from "./bulk.ts";
import { readOsv } from "./osv.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface SourceNeeds {
  readonly fetch: Fetch;
  /** The text of a file; throws where there is none. */
  readonly readFile: (path: string) => Promise<string>;
}

export interface Asked {
  readonly packages: readonly { readonly name: string; readonly version: string }[];
}

/** Where advisories come from. `ask` gives an answer that can be relied on, or Fault `advisories.unreadable`. */
export interface Source {
  /** For people. */
  readonly name: string;
  ask(asked: Asked): Promise<Answer>;
}

const ANSWER_MS_MAX = 60_000;
const FILE_CHARACTERS_MAX = 536_870_888;
const ANSWER_CHARACTERS_MAX = 134_217_728;

type Open = (rest: string, needs: SourceNeeds) => Omit<Source, "name">;

/** One row a kind of source, by the word before the first colon. */
const KINDS: Readonly<Record<string, Open>> = {
  file: (path, { readFile }) => ({
    ask: async () => {
      const text = await readFile(path).catch((cause: unknown) => {
        throw unreadable("its file cannot be read", cause);
      });
      if (text.length > FILE_CHARACTERS_MAX) throw unreadable("its file is too large");
      return readOsv(parse(text));
    },
  }),
  https: (rest, needs) => ({ ask: async () => readOsv(parse(await request(needs, `https:${rest}`, { method: "GET" }))) }),
  // The settings let it pass on loopback alone.
  http: (rest, needs) => ({ ask: async () => readOsv(parse(await request(needs, `http:${rest}`, { method: "GET" }))) }),
  registry: (address, needs) => ({
    ask: async ({ packages }) => {
      const question = bulkQuestion(packages);
      const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(question) };
      return readBulk(parse(await request(needs, `${address.replace(/\/+$/, "")}${BULK_PATH}`, init)), question);
    },
  }),
};

/** Opens what a setting names: `file:/path`, `https://address` or `registry:https://host`. */
export function openSource(setting: string, needs: SourceNeeds): Source {
  const at = setting.indexOf(":");
  const open = KINDS[setting.slice(0, at)];
  if (at < 0 || open === undefined) throw unreadable("its name is no file:, https: or registry:");
  return { name: setting, ...open(setting.slice(at + 1), needs) };
}

async function request(needs: SourceNeeds, url: string, init: RequestInit): Promise<string> {
  try {
    const answer = await needs.fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    if (!answer.ok) {
      await answer.body?.cancel();
      throw unreadable(`it answers ${answer.status}`);
    }
    return await bounded(answer);
  } catch (error) {
    if (isFault(error, "advisories.unreadable")) throw error;
    throw unreadable("it cannot be reached", faultFrom(error).cause ?? error);
  }
}

async function bounded(answer: Response): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const pieces: string[] = [];
  let characters = 0;
  for await (const chunk of answer.body ?? []) {
    const piece = decoder.decode(chunk, { stream: true });
    characters += piece.length;
    if (characters > ANSWER_CHARACTERS_MAX) throw unreadable("its answer has no end");
    pieces.push(piece);
  }
  pieces.push(decoder.decode());
  return pieces.join("");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable("it is no JSON", cause);
  }
}
