// A small sample of what honest values look like: it tells which literals and bytes rule out many of them.

const SAMPLE = `the committee met on tuesday to review the budget and to select a new date for the annual meeting. after some discussion the
members agreed that the report should be updated before the end of march, and that all of the open questions from the last session would
be answered in writing. it's not clear whether the venue is large enough; however, we can order more chairs if needed. please let me know
if you have any trouble with the schedule, or if there are changes to the list of people who will attend. my sister's friend in london
sent a table and two lamps (used, but in good shape) for $45 each. ship to 12 baker street, london nw1 6xe. best regards, anna-marie
"we should never have sold the house," he said. she replied: why not? because nothing lasts for ever! i want to know more about the class
you offer on music and history: is it in the evening, or at 9:30 am? the cost is 20% less than last year. like many others, i think it is
time to act now. try to find the file in the old folder and copy it to the new one. use the key under the mat. in case of fire, break the
glass. group them by age, then count heads & hands. insert the coin to continue. set the alarm, change the date, read the help page, like
or share the image, join a union, drop me a line, load the car, into the night, between us, having fun, where are you from, create, delete,
update, order by phone, execute the plan, print this page, call the system, process the data, import the module, test the function.
mozilla/5.0 (x11; linux x86_64) applewebkit/537.36 (khtml, like gecko) chrome/126.0.0.0 safari/537.36 text/html,application/xhtml+xml,
application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8 en-us,en;q=0.9,ko;q=0.8 gzip, deflate, br, zstd keep-alive max-age=0 no-cache
https://www.example.com/products/view?id=1234&ref=home&sort=price&page=2#top application/x-www-form-urlencoded multipart/form-data
json.items.array_0.name json.order.customer.address.street json.tags.array_12 session_id csrf_token user_name first_name password query
ada@example.com 2026-11-21t07:30:00z 1815-12-10 true false null 42.50 -17 f47ac10b-58cc-4372-a567-0e02b2c3d479 ga1.2.1234567890.1718000000
ey0jhbgcioijiuzi1nij9.k7_qx-zl2w8v_pending s%3aj8fk2l0pqx7zrt dark en-us utf-8 document navigate same-origin cors empty`;

/** How much one more literal costs, against how often it occurs: a longer list makes a larger automaton. */
const PRICE = 0.000_02;
/** Pieces of up to this many bytes are counted; a longer literal is as rare as its rarest piece, and rarer. */
const PIECE_LENGTH_MAX = 4;

const counts = countBytes();
const pieces = countPieces();

function countBytes(): Float64Array {
  const share = new Float64Array(256).fill(0.2 / SAMPLE.length);
  for (let at = 0; at < SAMPLE.length; at++) {
    const code = SAMPLE.charCodeAt(at);
    share[code] = (share[code] ?? 0) + 1 / SAMPLE.length;
  }
  return share;
}

function countPieces(): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (let length = 2; length <= PIECE_LENGTH_MAX; length++) {
    for (let at = 0; at + length <= SAMPLE.length; at++) {
      const piece = SAMPLE.slice(at, at + length);
      found.set(piece, (found.get(piece) ?? 0) + 1 / SAMPLE.length);
    }
  }
  return found;
}

/** How often a literal (lower case) begins at a place of an honest value, as a guess that is never 0. */
export function frequencyOf(text: string): number {
  let chance = 1;
  for (let at = 0; at < text.length; at++) chance *= (counts[text.charCodeAt(at) & 0xff] ?? 0) * 1.5;
  if (text.length <= PIECE_LENGTH_MAX) return (pieces.get(text) ?? 0) + chance + PRICE;
  let rarest = 1;
  for (let at = 0; at + PIECE_LENGTH_MAX <= text.length && rarest > 0; at++) {
    rarest = Math.min(rarest, pieces.get(text.slice(at, at + PIECE_LENGTH_MAX)) ?? 0);
  }
  // What follows a piece is hardly ever what the literal asks for.
  return rarest * 0.3 ** (text.length - PIECE_LENGTH_MAX) + chance + PRICE;
}

const bytesFrequencies = new WeakMap<Uint8Array, number>();

/** How often a byte of the set stands at a place of an honest value. */
export function frequencyOfBytes(set: Uint8Array): number {
  const known = bytesFrequencies.get(set);
  if (known !== undefined) return known;
  let sum = 0;
  for (let code = 0; code < 256; code++) if (set[code] === 1) sum += counts[code] ?? 0;
  bytesFrequencies.set(set, sum);
  return sum;
}
