// Requests such as any site gets, made up here: what they hold matters less than that every part of the firewall has something to do.
import { Buffer } from "node:buffer";
import type { Pair, RequestHead } from "../http/index.ts";

export interface Rehearsed {
  readonly head: RequestHead;
  readonly body: Uint8Array;
}

const AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
const LONG_TEXT_CHARACTERS = 10_000;
const CODE_LINES = 100;
const FIELD_CHARACTERS = 500;

/** Pieces of programs, as people paste them. */
const CODE = [
  "for (let i = 0; i < list.length; i++) { total += list[i].price * 0.19; }\n",
  "function half(n) { if (n < 2 && n !== 0) { return `half ` + n; } else { return [n / 2, 'half']; } }\n",
  "def area(r):\n    return 3.14 * r ** 2  # of a circle\n",
  "ls -la | grep notes > list.txt; cat list.txt && echo done\n",
  "SELECT name, price FROM products WHERE price > 10 AND name LIKE 'a%' ORDER BY name;\n",
];

/** Prose, with what makes prose worth a second look: quotes, brackets, addresses, code, other scripts. */
const PHRASES = [
  "The ferry leaves at seven, unless the wind turns. ",
  "She said: \"It's 5 < 6 & 7 > 6, isn't it?\" (Nobody knew.) ",
  "See https://www.example.org/notes?id=12&view=full#top, or write to mara@example.org; ",
  "select a seat, update your address, or drop us a line -- it is free; ",
  "Größe: 12 µm, Preis: 3,50 €, D:\\plans\\2026\\notes.txt or plans/2026/notes.txt. ",
  ...CODE,
  "이 문서는 오늘 저녁까지 검토해 주세요. ",
  "<p>Some <b>bold</b> words</p> and a | b, $HOME, `code`, 100% sure, ../up, a=b;c=d. ",
];

/** The requests of one round; each round has other texts, as what is remembered of a text is not looked at again. */
export function rehearsalRound(round: number): readonly Rehearsed[] {
  const long = text(round, LONG_TEXT_CHARACTERS);
  return [
    post("application/json", JSON.stringify({ code: CODE[round % CODE.length]?.repeat(CODE_LINES) })),
    get(`/articles/${round}?page=${round}&sort=name`, []),
    get(`/search?q=${encodeURIComponent(text(round, 60))}`, [["Cookie", `sid=${round}ab54c; theme=dark; seen=${round}`], ["Referer", `https://www.example.org/list/${round}`]]), // biome-ignore format: one line
    post("application/json", JSON.stringify({ id: round, title: text(round, 40), tags: ["a", "b"], isOpen: true, items: [{ note: text(round + 1, 300), price: round / 4 }] })), // biome-ignore format: one line
    post("application/json", JSON.stringify({ text: long })),
    post("application/x-www-form-urlencoded", new URLSearchParams(Array.from({ length: 20 }, (_, at) => [`field${at}`, text(round + at, FIELD_CHARACTERS)])).toString()), // biome-ignore format: one line
    post("application/x-www-form-urlencoded", `note=${encodeURIComponent(long)}`),
    post("multipart/form-data; boundary=x", `--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n${text(round, FIELD_CHARACTERS)}\r\n--x\r\nContent-Disposition: form-data; name="f"; filename="notes.txt"\r\nContent-Type: text/plain\r\n\r\n${text(round, FIELD_CHARACTERS)}\r\n--x--\r\n`), // biome-ignore format: one line
    post("application/xml", `<order id="${round}"><note>ordinary words, ${round} of them</note></order>`),
  ];
}

function get(target: string, more: readonly Pair[]): Rehearsed {
  return { head: headOf("GET", target, more), body: new Uint8Array(0) };
}

function post(type: string, body: string): Rehearsed {
  const bytes = Buffer.from(body, "utf8");
  return { head: headOf("POST", "/orders", [["Content-Type", type], ["Content-Length", String(bytes.length)]]), body: bytes }; // biome-ignore format: one line
}

function headOf(method: string, target: string, more: readonly Pair[]): RequestHead {
  const headers: Pair[] = [["Host", "www.example.org"], ["User-Agent", AGENT], ["Accept", "text/html,application/json;q=0.9,*/*;q=0.8"], ["Accept-Language", "en-GB,en;q=0.9"], ["Accept-Encoding", "gzip, br"], ...more]; // biome-ignore format: one line
  // Addresses of RFC 5737, which nobody has.
  const ends = { remoteAddress: "192.0.2.1", remotePort: 49_152, serverAddress: "192.0.2.2", serverPort: 80 };
  return { method, target, protocol: "HTTP/1.1", line: `${method} ${target} HTTP/1.1`, headers, ...ends };
}

function text(number: number, characters: number): string {
  let made = `${number} `;
  for (let at = number; made.length < characters; at += 3) made += PHRASES[at % PHRASES.length] ?? "";
  return made.slice(0, characters);
}
