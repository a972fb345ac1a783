// The four requests by which firewalls are compared here: ordinary ones, as what they cost is paid for all honest traffic.
// Values vary from request to request, headers of one browser do not: as in life.

export interface BenchKind {
  readonly name: string;
  /** The request with that number, whole. */
  readonly request: (number: number) => string;
}

const WORDS = "harbour lantern meadow quartz ribbon saddle timber velvet willow yonder amber birch cedar dahlia ember fennel".split(" ");
const AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36";
const FORM_FIELDS = 20;
const FORM_FIELD_CHARACTERS = 500;
const JSON_ITEMS = 5;

export const BENCH_KINDS: readonly BenchKind[] = [
  { name: "small GET, 2 parameters", request: smallGet },
  { name: "browser GET, 12 headers, 4 cookies", request: browserGet },
  { name: "1 KB JSON POST", request: jsonPost },
  { name: "10 KB form POST, 20 fields", request: formPost },
];

function smallGet(number: number): string {
  return `GET /articles?page=${number}&sort=${word(number)} HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: ${AGENT}\r\nAccept: */*\r\n\r\n`;
}

function browserGet(number: number): string {
  const headers = [
    "Host: www.example.org",
    `User-Agent: ${AGENT}`,
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Accept-Language: en-GB,en;q=0.9,ko;q=0.7",
    "Accept-Encoding: gzip, deflate, br",
    `Referer: https://www.example.org/articles/${word(number)}-${word(number + 3)}`,
    "Upgrade-Insecure-Requests: 1",
    "Sec-Fetch-Dest: document",
    "Sec-Fetch-Mode: navigate",
    "Sec-Fetch-Site: same-origin",
    "Cache-Control: max-age=0",
    `Cookie: sid=${hex(number, 32)}; theme=dark; lang=en; seen=${number}`,
  ];
  return `GET /articles/${word(number + 1)}-${word(number + 2)}/${number}?ref=${word(number)}&view=full HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`;
}

function jsonPost(number: number): string {
  const items = Array.from({ length: JSON_ITEMS }, (_, at) => ({
    id: number + at,
    name: `${word(number + at)} ${word(number + at + 5)}`,
    price: (number % 90) + at / 4,
    tags: [word(at), word(number)],
  }));
  const customer = { id: hex(number, 24), name: "Mara Lindqvist", mail: `mara${number}@example.org`, note: sentence(number, 30) };
  return post("application/json", JSON.stringify({ order: number, currency: "EUR", isPaid: number % 2 === 0, customer, items, comment: sentence(number + 7, 440) })); // biome-ignore format: one line
}

function formPost(number: number): string {
  const fields = Array.from(
    { length: FORM_FIELDS },
    (_, at) => `field${at}=${encodeURIComponent(sentence(number * FORM_FIELDS + at, FORM_FIELD_CHARACTERS)).replaceAll("%20", "+")}`,
  );
  return post("application/x-www-form-urlencoded", fields.join("&"));
}

function post(type: string, body: string): string {
  const headers = `Host: www.example.org\r\nUser-Agent: ${AGENT}\r\nAccept: application/json\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}`;
  return `POST /orders HTTP/1.1\r\n${headers}\r\n\r\n${body}`;
}

function word(number: number): string {
  return WORDS[number % WORDS.length] ?? "";
}

/** Another text for every number: what a firewall remembers of one request must not pay for the next. */
function sentence(number: number, characters: number): string {
  let text = "";
  let seed = number + 1;
  for (let at = 0; text.length < characters; at++) {
    seed = Math.imul(seed, 1_103_515_245) + 12_345;
    text += `${word(seed >>> 16)}${at % 9 === 8 ? ". " : at % 5 === 4 ? ", " : " "}`;
  }
  return text.slice(0, characters).trim();
}

function hex(number: number, digits: number): string {
  return ((number + 1) * 2_654_435_761).toString(16).repeat(8).slice(0, digits);
}
