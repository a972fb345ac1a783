import { deepStrictEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { createExaminer, DETECTORS } from "../../src/detect/index.ts";

// Each of these attacks returned rows of others, or told a secret bit by bit, when it was put into a query of SQLite or PostgreSQL.

const examiner = createExaminer(DETECTORS);
/** From this weight on a value is refused at the default paranoia. */
const SURE = 4;

function isSure(value: string): boolean {
  return (examiner.examine(Buffer.from(value).toString("latin1")).get("sql")?.weight ?? 0) >= SURE;
}

const ATTACKS: Readonly<Record<string, readonly string[]>> = {
  "a column as a condition, and a comment": ["' or login--", "x'or login/*", "') or (stock)-- -", "'or~qty-- ", "q' or -qty/*", "'or `qty`--", "zz') or [qty];--", "a'or 7 and qty--", "' or true;", "'or qty;", "x'or(8-1);", "'or'7';", "'or qty or'", "x'/**/or/**/qty;"],
  "a condition behind a number": ["7 or qty>0", "7 or qty<>9", "-3 or ~qty", "8) or +qty", "7 or(qty)", "2)or(3", "4\tor\tqty<<1", "4 or qty&3", "7 or qty is not null", "7 is null or qty", "9 or not qty=0", "3/**/or/**/qty", "5) or qty--", "7 or qty is null or 2>1", "6 or x'37'", "6 or '{\"a\":1}'->'$'", "7 or abs(qty)", "7 or random()", "7 or(date())", "5 or qty notnull", "7 or~0", "7 or!0", "7 or'k'", "7 or.3", "3 xor qty", "3 or qty div 2"],
  "operators of PostgreSQL": ["7 or login~'.'", "7 or login!~*'q'", "7 or login~~'%'", "7 or login^@'a'", "7 or 'k'::bool", "7 or bool't'", "5 or login similar to '%'", "' or login~'^a'--", "x' or not login^@'a'-- ", "7 or qty is distinct from 0", "7 or int'3'=3"],
  "comparisons without a word of logic": ["'<>(.7);", "0!=(qty)", "-2<>(8-1)", "0||(login='a')", "3&(login='k')", "7=(login like 'a%')--", "x' like (login glob 'a*')--", "a')*(login like '%a%');", "6'-(true)<>'", "'||'k'notnull;", "5)-(abs(qty))--", "5)||rowid--"],
  "statements behind another": ["';table members--", "4');table members-- -", "x';truncate stock;--", "';begin;delete from stock;commit--", "5;begin;drop table stock;commit", "4;select login,1,2 from members", "k';table members;", "k';truncate stock;", "3;with q as(select login from members)select*from q"],
  "branches in the place of a name": ["iif(login='a',qty,-qty)", "iif(login glob 'a*',1,2)", "case when login like 'a%' then qty else -qty end", "(case when ascii(login)=97 then 1 else qty end)", "qty*(case when login ilike 'a%' then 1 else -1 end)", "id limit(case when login='k' then 1 else 2 end)", "case\nwhen\nlogin\nlike\n'a_c%'\nthen\nqty\nelse\n-qty\nend"],
  "queries within": ["(select count(*) from members where position('a' in login)=1)", "3-((select first_value(login)over(order by qty)from members)='k')", "(exists(with q as(select*from members)select 1 from q where login='k'))::int", "((select login from only members where qty=1)~'^a')::int", "2*((select\nmax(login)\nfrom\nmembers)\nlike\n'a_c%')"],
}; // biome-ignore format: one list each

const HONEST: Readonly<Record<string, readonly string[]>> = {
  "numbers in prose": ["1 or more", "2 or 3", "5 or (6)", "1 or -1", "5 or 6-7", "2 and (3)", "5 or item(s)", "2 or more item(s)", "3 or people like me", "5 or \"six\"", "0 < (x+1)", "0 <= i && i < n", "0 < a and a < (b)", "10 or higher (see note)", "5 or more -- see below", "2) and (3)", "3) - (4)", "2 & 3 or 4", "200 or ~250", "1 or !2", "5 and [6]", "4 or [name]", "2 or `x`", "100 or [200 TO 300]", "3 or more #tag", "24 or 7", "1 or random (pick)", "3 or trim (short)", "2 or somewhere between 3 and 5", "5 and (id)", "0 0 * * 1 or 2"],
  "apostrophes and signs": ["Men' or women;", "dogs' or cats;", "users' or admins'", "it's or its;", "y' = 2*y;", "A'*B;", "x' = (a+b);", "f'(x) = 0;", "5' or 6' tall;", "90's or (80's)", "Levi's or Wrangler --", "kids' not in school;", "'in' not 'out';", "'a' or 'b'", "don't or won't --"],
  "words of SQL": ["in case when it ends", "=IF(A1>5,\"x\",\"y\")", "ROUND(1.5, 2)", "random() > 0.5", "trim(name)", "over (and) over", "begin; end;", "1;table;chair", "name;table members", "text-overflow: ellipsis; truncate", "approx ~100 or ~200", "is it null", "date '2020-01-01'", "5683190/TARGET=\"_BLANK\"", "translate(-50%, -50%) rotate(5deg)", "a ~ b", ">= 1.2 || < 2", "^1.0.0 || ^2.0.0"],
}; // biome-ignore format: one list each

describe("The firewall's look at SQL that works", () => {
  for (const [what, values] of Object.entries(ATTACKS))
    test(`is sure of ${what}`, () => deepStrictEqual(values.filter((value) => !isSure(value)), [])); // biome-ignore format: one line
  for (const [what, values] of Object.entries(HONEST)) test(`lets ${what} pass`, () => deepStrictEqual(values.filter(isSure), []));
});
