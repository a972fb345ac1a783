import { mailDetector } from "../../src/detect/mail/index.ts";
import { holdSteps, holdTables, holdVariants } from "./finder-tables.ts";

const ATTACKS = [
  "\r\nV100 CAPABILITY\r\nV101 FETCH 9", "\r\nQUIT\r\n", "\nRCPT TO: a@b.example\n", "x\r\nMAIL FROM:<a@b.example>", "INBOX\r\nA1 LOGIN a b", "1\r\nA2 SELECT INBOX", "a@b.example\r\nBcc: c@d.example", "a@b.example\nCc: c@d.example", "a@b.example\nSubject: hello", "Hello\nBcc: a@b.example", "\r\nDATA\r\nhello", "x\r\nRSET", "\r\nHELO h.example", "a@b.example\r\nContent-Type: text/html",
  "a@b.example\rTo: c@d.example", "x\r\nSTARTTLS", "4\r\n. \r\nZ900 CREATE a", "jane\r\nReply-To: c@d.example", "\nVRFY root",
]; // biome-ignore format: a list of words

const BENIGN = [
  "Dear Jane,\nplease quit.\nThanks", "a\nb\nc", "Agenda\n1. Data\n2. Quit smoking", "Hello Jane and all,\nTo: the beach!\nFrom: me", "---------- Forwarded message ---------\nFrom: Jane\nSubject: hello\nTo: John\n\nHi", "notes for today\nsubject: maths", "title\n\nbody text here", "line one is long enough\r\nline two\r\n", "A1 list\nA2 list of things", "B2 select committee\nC3 copy of it", "We list:\nA1 SELECT the best from the menu", "안녕하세요\n받는 사람: 철수", "Monday:\nlist the data\nTuesday:\nstat", "Street 5\n12345 Town\nCountry", "to do\nfrom here: there", "RFC 5321\ndescribes mail from: and rcpt to: lines", "one\r\n\r\ntwo", "key: value\nother: value", "name,date\njane,today",
]; // biome-ignore format: a list of words

holdTables(mailDetector, ATTACKS, BENIGN);

holdVariants(mailDetector, ATTACKS.filter((row) => row.includes("\r\n")), [
  ["with bare line feeds", (text) => text.replaceAll("\r\n", "\n")],
  ["with bare carriage returns", (text) => text.replaceAll("\r\n", "\r")],
  ["with empty lines", (text) => text.replaceAll("\r\n", "\r\n\r\n")],
]); // biome-ignore format: one call

holdSteps(mailDetector, ["\r\n", "\n", "\r", "\nTo: a", "\nQUIT", "\nA1 FETCH 1", "a\n", "\n \n"], 60);
