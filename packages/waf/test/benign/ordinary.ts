// Records of everyday data: what people and machines send that is no program and no markup.
import type { Random } from "./random.ts";
import { ADJECTIVES, CITIES, EMOJI, FIRST_NAMES, KOREAN_NAMES, KOREAN_PLACES, KOREAN_SENTENCES, LAST_NAMES, NOUNS, OTHER_SCRIPTS, PRODUCTS, SENTENCES, STREETS, VERBS } from "./words.ts"; // biome-ignore format: one line

type Make = (random: Random) => string;

/** A sentence of prose with technical words in it. */
export function sentence(random: Random): string {
  return random
    .pick(SENTENCES)
    .replaceAll("{verb}", () => random.pick(VERBS))
    .replaceAll("{noun}", () => random.pick(NOUNS));
}

const digits = (random: Random, count: number): string => random.many(count, () => String(random.number(10))).join("");
const from = (random: Random, alphabet: string, count: number): string =>
  random.many(count, () => alphabet.charAt(random.number(alphabet.length))).join("");
const ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const base64 = (random: Random, bytes: number): string => Buffer.from(random.many(bytes, () => random.number(256))).toString("base64");
const name = (random: Random): string =>
  random.chance(35) ? random.pick(KOREAN_NAMES) : `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`;

const TEXTS: readonly string[] = [
  "{n}. {s}",
  "{s} {s}",
  "{s}\n\n{s} {e}",
  "{k}",
  "{k} {k}",
  "{k}\n{s}",
  "{o}",
  "{o} {e}",
  "> {s}\n{s}",
  "Re: {s}",
  "PS: {k} {e}",
  "- {s}\n- {s}\n- {k}",
  '"{s}" ({o})',
];

/** By the name of the kind. */
export const ORDINARY: Readonly<Record<string, Make>> = {
  name,
  address: (random) =>
    random.chance(40)
      ? random.pick(KOREAN_PLACES)
      : `${random.number(400) + 1} ${random.pick(STREETS)}, ${random.pick(CITIES)} ${digits(random, 5)}`,
  prose: (random) =>
    random
      .pick(TEXTS)
      .replaceAll("{s}", () => sentence(random))
      .replaceAll("{k}", () => random.pick(KOREAN_SENTENCES))
      .replaceAll("{o}", () => random.pick(OTHER_SCRIPTS))
      .replaceAll("{e}", () => random.pick(EMOJI))
      .replaceAll("{n}", () => String(random.number(99))),
  chat: (random) =>
    `${random.pick(["lol", "brb", "ㅋㅋㅋ", "omg!!", "hey,", "yo", "ㅇㅇ", "hmm...", "ok;", "np -"])} ${random.chance(50) ? sentence(random).toLowerCase() : random.pick(KOREAN_SENTENCES)} ${random.pick(EMOJI)}`,
  review: (random) =>
    `${"★".repeat(random.number(5) + 1)} ${random.pick(PRODUCTS)}: ${random.pick(ADJECTIVES)}. ${sentence(random)} ${random.chance(30) ? random.pick(KOREAN_SENTENCES) : ""}`,
  medical: (random) =>
    `Pt. ${name(random)}, ${random.number(90) + 5} y/o ${random.pick(["M", "F"])}; BP ${100 + random.number(80)}/${60 + random.number(40)}, SpO2 > ${90 + random.number(9)}%, Hb < ${random.number(8) + 8} g/dL. Rx: ibuprofen ${random.number(8) * 100 + 200} mg p.o. q${random.number(8) + 4}h prn; d/c ${random.pick(["ASA", "Plavix"])} -- r/o MI. Allergies: "none" (NKDA). Hx: s/p CABG '${digits(random, 2)}; Δ = +${random.number(9)}%. ${random.chance(40) ? "환자 상태 양호; 다음 방문 2주 후." : ""}`,
  email: (random) =>
    random.pick([
      `${from(random, "abcdefghijklmnop", 6)}.o'neil+tag@example.co.uk`,
      `"${name(random)}" <${from(random, "abcdefgh", 5)}@example.com>`,
      `${from(random, ALPHANUMERIC, 8)}@mail.example.org; cc: ${from(random, "xyz", 4)}@example.com`,
    ]),
  letter: (random) =>
    `Dear ${name(random)},\n\n${sentence(random)} ${sentence(random)}\n\n${sentence(random)}\n\nBest regards,\n${name(random)}\n--\nTel.: +${digits(random, 2)} ${digits(random, 3)}-${digits(random, 4)} | https://www.example.com/~${from(random, "abc", 3)}`,
  url: (random) =>
    random.pick([
      `https://www.example.com/${random.pick(NOUNS)}/${digits(random, 4)}?q=${random.pick(NOUNS)}+${random.pick(VERBS)}&sort=desc&page=${random.number(9)}#top`,
      `https://shop.example.co.kr/search?keyword=${encodeURIComponent(random.pick(KOREAN_NAMES))}&order=price%20asc&filter=a%2Cb%3Bc`,
      `http://example.org/redirect?url=https%3A%2F%2Fexample.net%2Fpath%3Fa%3D1%26b%3D2&utm_source=news&utm_medium=e-mail`,
      `https://example.com/maps/@37.${digits(random, 5)},126.${digits(random, 5)},15z?data=!3m1!4b1!4m5`,
      `ftp://files.example.com/pub/${random.pick(NOUNS)}/${random.pick(NOUNS)}-${random.number(9)}.${random.number(9)}.tar.gz`,
      `/api/v${random.number(3) + 1}/users/${digits(random, 5)}/orders?from=2026-01-01&select=id,name&where=open`,
      `https://en.example.org/wiki/${random.pick(NOUNS)}_(${random.pick(VERBS)})?action=edit&section=${random.number(9)}`,
    ]),
  json: (random) =>
    JSON.stringify({
      id: random.number(1e6),
      [random.pick(NOUNS)]: sentence(random),
      name: name(random),
      tags: random.many(3, () => random.pick(NOUNS)),
      nested: { ok: random.chance(50), value: null, text: random.pick(KOREAN_SENTENCES), ratio: random.number(100) / 7 },
    }),
  log: (random) =>
    random.pick([
      `2026-11-${10 + random.number(20)}T10:${10 + random.number(50)}:03.${digits(random, 3)}Z INFO [http-nio-8080-exec-${random.number(9)}] c.e.app.UserService - user=${digits(random, 4)} action=${random.pick(VERBS)} took=${random.number(900)}ms`,
      `10.0.${random.number(255)}.${random.number(255)} - - [21/Nov/2026:10:${10 + random.number(50)}:00 +0900] "GET /${random.pick(NOUNS)}?id=${random.number(99)} HTTP/1.1" 200 ${random.number(9999)} "-" "Mozilla/5.0 (X11; Linux x86_64)"`,
      `Nov 21 10:${10 + random.number(50)}:03 host sshd[${digits(random, 4)}]: Accepted publickey for deploy from 192.0.2.${random.number(255)} port ${digits(random, 5)} ssh2`,
      `ERROR: could not connect to server: Connection refused (0x0000274D/10061); is the server running on host "db-${random.number(9)}" and accepting TCP/IP connections on port 5432?`,
      `WARN  ${random.pick(NOUNS)} '${random.pick(NOUNS)}' not found in ${random.pick(NOUNS)}; falling back to default [code=${random.number(600)}]`,
    ]),
  math: (random) =>
    random.pick([
      `f(x) = ${random.number(9)}x^2 + ${random.number(9)}x - ${random.number(9)}; f'(x) = 0 <=> x = -${random.number(9)}/${random.number(8) + 1}`,
      `(${random.number(99)} + ${random.number(99)}) * ${random.number(9)} / 4 >= ${random.number(99)} && n != 0 || m == 1`,
      `∑_{i=1}^{n} i = n(n+1)/2, e^{iπ} + 1 = 0, √2 ≈ 1.414`,
      `P(A|B) = P(B|A)P(A)/P(B); P(A') = 1 - P(A)`,
      `if a < b and b < c then a < c; |x - y| <= 0.0${random.number(9)}`,
      `\\frac{a}{b} \\times \\sqrt{${random.number(99)}} \\approx ${random.number(99)}`,
      `#VALUE! in =SUM(A1:B${random.number(99)})*2`,
    ]),
  phone: (random) =>
    random.pick([
      `010-${digits(random, 4)}-${digits(random, 4)}`,
      `+82 (0)2-${digits(random, 3)}-${digits(random, 4)}`,
      `+1 (${digits(random, 3)}) ${digits(random, 3)}-${digits(random, 4)} x${random.number(99)}`,
      `00${digits(random, 2)} / ${digits(random, 8)}; ext. ${random.number(99)}`,
    ]),
  password: (random) => from(random, `${ALPHANUMERIC}!@#$%^&*()-_=+[]{};:,.?/~`, 10 + random.number(14)),
  token: (random) =>
    random.pick([
      () =>
        `${Buffer.from('{"alg":"HS256","typ":"JWT"}').toString("base64url")}.${Buffer.from(JSON.stringify({ sub: digits(random, 8), name: name(random), iat: 1_790_000_000 + random.number(1e6) })).toString("base64url")}.${Buffer.from(random.many(32, () => random.number(256))).toString("base64url")}`,
      () => `data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA${base64(random, 120 + random.number(400))}`,
      () => `data:image/jpeg;base64,/9j/4AAQSkZJRgABAQ${base64(random, 90 + random.number(300))}`,
      () => base64(random, 16 + random.number(64)),
      () => Buffer.from(`${random.pick(KOREAN_SENTENCES)} ${sentence(random)}`).toString("base64"),
      () =>
        `${from(random, "0123456789abcdef", 8)}-${from(random, "0123456789abcdef", 4)}-4${from(random, "0123456789abcdef", 3)}-a${from(random, "0123456789abcdef", 3)}-${from(random, "0123456789abcdef", 12)}`,
      () => from(random, "0123456789abcdef", 64),
      () => `"W/${from(random, ALPHANUMERIC, 12)}"`,
      () => `GA1.2.${digits(random, 9)}.${digits(random, 10)}`,
      () => `sess=${base64(random, 24)}; theme=dark; lang=ko-KR; _ga=GA1.1.${digits(random, 8)}`,
    ])(),
  fileName: (random) =>
    random.pick([
      `보고서(최종)_v${random.number(9)}.hwp`,
      `IMG_${digits(random, 8)} (${random.number(9)}).JPG`,
      `O'Brien & Co - invoice #${digits(random, 4)}.pdf`,
      `~$${random.pick(NOUNS)}.docx`,
      `${random.pick(NOUNS)}.tar.gz`,
      `C:\\Users\\${random.pick(FIRST_NAMES)}\\Documents\\${random.pick(NOUNS)} ${random.number(99)}.xlsx`,
      `meeting notes 2026-11-${10 + random.number(20)} [final] 100%.txt`,
      `${random.pick(NOUNS)}-v1.${random.number(9)}.${random.number(9)}+build.${digits(random, 3)}.zip`,
      `스크린샷 2026-11-${10 + random.number(20)} 오후 3.05.12.png`,
      `résumé (${name(random)}).pdf`,
    ]),
  commerce: (random) =>
    `${random.pick(PRODUCTS)} x ${random.number(9) + 1} @ $${random.number(900)}.99 = $${random.number(9000)}; SKU: ${from(random, "ABCDEFGH", 3)}-${digits(random, 5)}/${random.pick(["S", "M", "L", "XL"])}; coupon: "${from(random, ALPHANUMERIC, 8)}"`,
  table: (random) =>
    random
      .many(
        3 + random.number(4),
        () => `${name(random)},${random.number(99)},"${sentence(random).replaceAll('"', '""')}",${random.chance(50) ? "true" : "null"}`,
      )
      .join("\n"),
};
