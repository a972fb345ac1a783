import { deepStrictEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { createExaminer, DETECTORS } from "../../src/detect/index.ts";

const examiner = createExaminer(DETECTORS);
/** From this weight on a value is refused at the default paranoia. */
const SURE = 4;

function isSure(value: string): boolean {
  return (examiner.examine(Buffer.from(value).toString("latin1")).get("sql")?.weight ?? 0) >= SURE;
}

const ATTACKS: Readonly<Record<string, readonly string[]>> = {
  "conditions over a column that nobody knows": ["' or account_no <> 7", "' or role is not 3", "' or login is not null", "x' or id rlike '^a'", "' OR Total >= 10", "'and price between 1 and 9", "bb' or cost ^ -'3", "bb' or cost && '3", "q' xor '1", "bb'or current_time*3", "'or/**/uid>0", "' or id not in (0)", "x'-0-'", "x' ^ 1 ^ '"],
  "operators behind a quote, and a text left open": ["3'*null is null - '", "3'/cost is not null - ' ", "3'*@z is not null - '", " bb' / +2 like '0", "5' mod 3 like '1", "3'*current_date regexp'0", "0' between 3-1 and 5-1 or 2 sounds like binary '2 "],
  "a search in a full-text index": ["' or match title against ('+a -b' in boolean mode) -- ", "x' or match login against ('b*'); -- -"],
  "statements that are careless or rare": ["7;drop clients --", "; declare c cursor for select name from t", "-9;select count(*) from a.b as t1,a.c as t2,a.d as t3", "' or sleep 9 -- ", "x' then 3 else 4 end) as q from (select 2 as w) d -- "],
  "names in back-quotes": ["`=`2` and (select 7 from (select(sleep(9)))zz) and `2`=`2", "col` from members where 2=3 union select user();-- -", '") as 77 where 77=77 and elt(77=77,sleep(9))-- 77'],
  "queries that are a value of their own": ["insert into wp_users (user_login, user_pass) values ('z', md5('z'));", "select substring(sys.fn_sqlvarbasetostr(hashbytes('md5','77')),3,32)", "select 1,77*77,user,4,5,6 from dual", "chr(65)||chr(66)||chr(67)", "name zz, (select 7 from (select count(*),concat(0x71,(select (elt(3=3,1))),floor(rand(0)*2))x from information_schema.tables group by x)a)"],
  "words that a comment parts": ["un/**/ion al/**/l sel/**/ect", "uni/*x*/on sel/**/ect"],
}; // biome-ignore format: one list each

const HONEST: Readonly<Record<string, readonly string[]>> = {
  names: ["O'Brien", "Conan O'Brien and Sean O'Neil", "L'Oréal or Val-d'Or 60670", "d'Artagnan & Co", "Ja'far is not null", "김'철수' 또는 이영희"],
  "prose with apostrophes": ["don't or won't", "it's not like that, isn't it", "can't and won't", "rock 'n' roll", "the users' and admins' rights", "'tis and 'twas", "'yes' or 'no'", "\"like\" or \"love\"", "she said 'or else' and left", "it's between 2 and 4 o'clock", "Is it 'and' or 'or'?", "that's > 5 and isn't < 3"],
  measures: ["5' x 3'", "6'2\" and 5'11\"", "5'-6' tall", "10' * 12' * 8'", "f'(x) = 0 or g'(x) = 1", "y' = 2*y", "x' + y' = 1", "Let x' = x - 2 and y' = y"],
  "SQL talked about": ["Please drop members -- we need them no more", "drop members", "select a union, then declare x as cursor", "we match name against (list)", "use `=` and `!=` in it", "`a` or `b` > 2", "How does IS NOT NULL differ from <> NULL?", "select the count(*) column", "insert into the box", "What is a wp_users table for?"],
  "other scripts": ["좋아요' 그리고 '싫어요", "それは「または」です", "это не null или пусто", "d’accord ou pas", "Entre 2 y 4 o más"],
}; // biome-ignore format: one list each

describe("The firewall's look at SQL over what it does not know", () => {
  for (const [what, values] of Object.entries(ATTACKS))
    test(`is sure of ${what}`, () => deepStrictEqual(values.filter((value) => !isSure(value)), [])); // biome-ignore format: one line
  for (const [what, values] of Object.entries(HONEST)) test(`lets ${what} pass`, () => deepStrictEqual(values.filter(isSure), []));
});
