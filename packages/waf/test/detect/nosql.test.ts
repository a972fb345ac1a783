// biome-ignore-all lint/suspicious/noTemplateCurlyInString: dollar signs are the matter here
import { nosqlDetector } from "../../src/detect/nosql/index.ts";
import { holdSteps, holdTables, holdVariants } from "./finder-tables.ts";

const ATTACKS = [
  "login[$ne]", "login[$gt]", "secret[$regex]", "a[b][$where]", "login[$in][]", "json.login.$ne", "$where", "{\"$gt\": \"\"}", "{ $ne: 1 }", "{$gt: ''}", "{\"login\": {\"$ne\": null}}", "{\"$or\": [{}, {\"a\": 1}]}", "true, $where: '5 == 5'", "', $or: [ {}, { 'a':'a", "1, $where: 'sleep(9)'",
  "\", \"$where\": \"1", "$where: 'this.a == 1'", "'; return true; var a='", "'; return 'a' == 'a' && ''=='", "' && this.secret.match(/.*/)//", "\" || this.a != \"", "'; sleep(9000); '", "0; var d = new Date(); do { c = new Date() } while (c - d < 9000)", "1; while(true){}",
  "db.member.drop()", "'; db.member.remove({})", "db.getCollection('a')", "a'; throw new Error(tojson(this)); '", "{\"$expr\": {\"$function\": {}}}", "[{\"$lookup\": {}}]", "{\"$regex\": \"^a\"}", "{\"a\": {\"$exists\": true}}", "x' && this.a < 'b",
]; // biome-ignore format: a list of words

const BENIGN = [
  "$5", "$ne", "cost: $in total", "US$ or EUR", "$or", "a[0]", "a[b][c]", "items[]", "price[min]", "{ \"price\": 5 }", "{\"a\": \"$5\"}", "$type of thing", "$set theory", "this.name", "return to sender; return soon", "a; b; c", "salt && pepper", "cats || dogs", "const a = 1; return a;", "for (const a of b) { return a; }",
  "db.example.com", "the db. Insert it", "MongoDB has $gt and $lt", "Use { $gt: 5 } in a query, as the manual says", "json.login", "json.items.0.price", "$name, $city", "${name}", "$HOME/bin", "$(date)", "5; 6", "we sleep; we return home", "가격은 $10 입니다", "&this=1&that=2", "a=1&return=/home", "?return=true&x=y", "x;this is fine", "while you wait",
]; // biome-ignore format: a list of words

holdTables(nosqlDetector, ATTACKS, BENIGN);

holdVariants(nosqlDetector, ATTACKS.filter((row) => /^[[{]/.test(row)), [
  ["without blanks", (text) => text.replaceAll(" ", "")],
  ["with many blanks", (text) => text.replaceAll(":", " :\n ")],
]); // biome-ignore format: one call

holdSteps(nosqlDetector, ["$", "$ne", "{$ne:", "[$ne", ";", "&&", "&&this", ";return ", "db.", "db.a.", '"$gt":', "$$"], 60);
