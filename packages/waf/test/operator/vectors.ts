// What each operator says of a value: [argument, value, answer].

type Row = readonly [argument: string, value: string, answer: boolean];

function u(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

const CARD = "\\d{13,16}";

export const ANSWERS: Readonly<Record<string, readonly Row[]>> = {
  beginsWith: [
    ["ab", "abc", true],
    ["ab", "aBc", false],
    ["ab", "cab", false],
    ["", "", true],
    ["ab", "a", false],
  ],
  contains: [
    ["b c", "ab cd", true],
    ["B", "ab", false],
    ["", "", true],
    [u("안"), u("안녕"), true],
    ["x".repeat(40), `${"x".repeat(39)}y${"x".repeat(41)}`, true],
    [`${"x".repeat(40)}y`, "x".repeat(200), false],
  ],
  containsWord: [
    ["drop", "select; drop table", true],
    ["drop", "raindrops drop", true],
    ["drop", "raindrops", false],
    ["drop", "drop1", true],
    ["drop", u("édrop"), true],
    ["aa", "aaa aaaa", false],
    ["", "x", true],
  ],
  detect: [
    ["sql 3", "1' OR '1'='1", true],
    ["any 3", "<script>alert(1)</script>", true],
    ["any 3", "a letter to the office", false],
    ["script 3", "1' OR '1'='1", false],
  ],
  detectSQLi: [
    ["", "1' OR '1'='1", true],
    ["", "a letter to the office", false],
    ["", "", false],
  ],
  detectXSS: [
    ["", "<script>alert(1)</script>", true],
    ["", "a letter to the office", false],
    ["", "", false],
  ],
  endsWith: [
    [".pdf", "a.pdf", true],
    [".pdf", ".pdf.txt", false],
    ["", "", true],
  ],
  eq: [
    ["3", "3", true],
    ["3", " +3x", true],
    ["0", "none", true],
    ["0", "", true],
    ["-3", "-3", true],
    ["3", "33", false],
    ["0", "-0", true],
    ["5", "00000000000000000000000005", true],
  ],
  ge: [
    ["3", "3", true],
    ["3", "2", false],
    ["3", "99999999999999999999999999", true],
  ],
  gt: [
    ["3", "3", false],
    ["3", "4", true],
    ["1", "9".repeat(400), true],
  ],
  ipMatch: [
    ["10.0.0.0/8", "10.255.0.1", true],
    ["10.0.0.0/8", "11.0.0.1", false],
    ["10.0.0.0/8", "::ffff:10.0.0.1", true],
    ["10.0.0.0/8", "::ffff:a00:1", true],
    ["::ffff:10.0.0.1", "10.0.0.1", true],
    ["::1.2.3.4", "1.2.3.4", false],
    ["::1.2.3.4", "::102:304", true],
    ["192.0.2.1, 2001:db8::/32", "2001:DB8:0::9", true],
    ["::/0", "10.0.0.1", false],
    ["0.0.0.0/0", "10.0.0.1", true],
    ["127.0.0.1", "127.1", false],
    ["127.0.0.1", "0x7f.0.0.1", false],
    ["127.0.0.1", "0127.0.0.1", false],
    ["127.0.0.1", "127.0.0.1 ", false],
    ["::1", "", false],
    ["::1", "x".repeat(10_000), false],
  ],
  le: [
    ["3", "3", true],
    ["3", "4", false],
  ],
  lt: [
    ["3", "3", false],
    ["3", "-4", true],
  ],
  noMatch: [
    ["", "", false],
    ["x", "x", false],
  ],
  pm: [
    ["cat DOG", "hotdogs", true],
    ["cat dog", "mouse", false],
    ["a|42|c|20 7c|d", "xABC |Dx", true],
    ["a||b c|d", "a||b", true],
    ["a||b c|d", "c|d", true],
    ["a||b", "a|b", false],
    [u("안 녕"), u("녕"), true],
    ["x", "X", true],
    ["1 2 3", "no", false],
  ],
  rx: [
    ["^a+$", "aaa", true],
    ["(?i)A", "a", true],
    ["a.b", "a\nb", true],
    ["^b", "a\nb", false],
    ["", "", true],
  ],
  rxGlobal: [
    ["b", "abab", true],
    ["c", "abab", false],
  ],
  streq: [
    ["", "", true],
    ["", "x", false],
    ["ab", "AB", false],
    ["ab", "ab", true],
  ],
  strmatch: [
    ["../", "a/../b", true],
    ["../", "a/b", false],
  ],
  unconditionalMatch: [["", "", true]],
  validateByteRange: [
    ["32-126", "plain", false],
    ["32-126", "tab\t", true],
    ["9, 10 ,32 - 126", "tab\t", false],
    ["0-255", "\0\xff", false],
    ["1-255", "a\0", true],
    ["", "a", true],
    ["", "", false],
  ],
  validateNid: [
    ["us \\d{3}-?\\d{2}-?\\d{4}", "no 574-57-8065", true],
    ["us \\d{3}-?\\d{2}-?\\d{4}", "no 666-57-8065", false],
    ["cl [0-9.]+-[0-9kK]", "RUT 12.345.678-5", true],
    ["cl [0-9.]+-[0-9kK]", "RUT 12.345.678-k", false],
    ["cl [0-9.]+-[0-9kK]", "RUT 1-9", false],
  ],
  validateUrlEncoding: [
    ["", "%41%zz", true],
    ["", "%4", true],
    ["", "%", true],
    ["", "%%41", true],
    ["", "%41%fF", false],
    ["", "%u0041", true],
    ["", "plain", false],
  ],
  validateUtf8Encoding: [
    ["", u("안녕 é 😀"), false],
    ["", "\xc0\xbc", true],
    ["", "\xe0\x80\xbc", true],
    ["", "\xed\xa0\x80", true],
    ["", "\xf4\x90\x80\x80", true],
    ["", "\xf5\x80\x80\x80", true],
    ["", "a\x80", true],
    ["", "\xe3\x80", true],
    ["", "plain\0", false],
  ],
  verifyCC: [
    [CARD, "card 4111 1111 or 4111111111111111.", true],
    ["\\d{16}", "4111111111111112", false],
    ["(?:^|\\D)(\\d{16})(?:\\D|$)", "4111111111111112 4111111111111111", true],
    ["(?:^|\\D)(\\d{15})(?:\\D|$)", "4111111111111111", false],
    [CARD, "no number", false],
    ["\\d*", "", false],
    ["\\d*", "no. 4111111111111111", true],
    ["\\d{16}", `${"x".repeat(188)}4111111111111111`, true],
    ["\\d{16}$", `${"4111111111111112 ".repeat(60)}4111111111111111`, true],
    ["\\d{16}$", `4111111111111111 ${"x".repeat(600)}`, false],
    ["(?:^|\\D)(\\d{16})(?:\\D|$)", `${"4111111111111112 ".repeat(60)}4111111111111111`, true],
    ["^\\d{16}", `${"x".repeat(600)}4111111111111111`, false],
  ],
  verifyCPF: [
    ["[\\d.]{11}-\\d\\d", "CPF 529.982.247-25", true],
    ["[\\d.]{11}-\\d\\d", "CPF 529.982.247-26", false],
    ["[\\d.]{11}-\\d\\d", "CPF 111.111.111-11", false],
  ],
  verifySSN: [
    ["\\d{3}-\\d\\d-\\d{4}", "574-57-8065", true],
    ["\\d{3}-\\d\\d-\\d{4}", "000-57-8065 574-00-8065 574-57-0000", false],
    ["\\d{9}", "123456789", false],
    ["\\d{9}", "777777777", false],
    ["\\d{3}-\\d\\d-\\d{4}", "740-57-8065 then 574-57-8065", true],
  ],
  verifySVNR: [
    ["\\d{4} ?\\d{6}", "1237 010180", true],
    ["\\d{4} ?\\d{6}", "1238 010180", false],
    ["\\d{4} ?\\d{6}", "0000 000000", false],
  ],
  within: [
    ["GET POST", "POST", true],
    ["GET POST", "T P", true],
    ["GET POST", "PUT", false],
    ["GET POST", "", true],
    ["GET", "GET POST", false],
  ],
};

/** What the data files of these tests hold. */
export const DATA_FILES: Readonly<Record<string, string>> = {
  "dataset:birds": "\n# comment\nblackbird\n",
  "dataset:nets": "10.0.0.0/8\n",
  "words.data": "# words\ncat\r\n dog \n\n  \n#mouse\nBird\n",
  "more.data": "fish",
  "nets.data": "# networks\n10.0.0.0/8\n2001:db8::/32\n",
};

const FROM_FILE: readonly Row[] = [
  ["words.data", "a CAT sat", true],
  ["words.data", "a dog sat", true],
  ["words.data", "adogsat", false],
  ["words.data", "mouse", false],
  ["words.data more.data", "starfish", true],
  ["words.data", "blackbirds", true],
];

const NETWORKS_FROM_FILE: readonly Row[] = [
  ["nets.data", "10.1.2.3", true],
  ["nets.data", "2001:db8::1", true],
  ["nets.data", "192.0.2.1", false],
];

/** The same, of operators that read files. */
export const FILE_ANSWERS: Readonly<Record<string, readonly Row[]>> = {
  pmFromFile: FROM_FILE,
  pmf: FROM_FILE,
  pmFromDataset: [
    ["birds", "blackbirds", true],
    ["birds", "cats", false],
  ],
  ipMatchFromDataset: [
    ["nets", "10.1.2.3", true],
    ["nets", "192.0.2.1", false],
  ],
  ipMatchFromFile: NETWORKS_FROM_FILE,
  ipMatchF: NETWORKS_FROM_FILE,
};

/** Arguments that cannot be meant, and a word of what is said about them. */
export const REFUSALS: readonly (readonly [operator: string, argument: string, said: RegExp])[] = [
  ["rx", "(a", /rules\.conf:7: /],
  ["detect", "nothing 3", /no detector/],
  ["detect", "sql", /weight/],
  ["pm", "  ", /no word/],
  ["pmFromFile", "", /no file/],
  ["pmFromFile", "https://example.org/words", /network/],
  ["pmFromFile", "absent.data", /absent\.data/],
  ["ipMatch", "", /no address/],
  ["ipMatch", "10.0.0.0/33", /10\.0\.0\.0\/33/],
  ["ipMatch", "10.0.0.1, host.example", /host\.example/],
  ["ipMatch", "::1/129", /::1\/129/],
  ["validateByteRange", "x", /bytes and ranges/],
  ["validateByteRange", "1-256", /bytes and ranges/],
  ["validateByteRange", "9-1", /bytes and ranges/],
  ["validateNid", "fr \\d+", /cl or us/],
  ["validateNid", "us", /cl or us/],
  ["verifyCC", "(", /rules\.conf:7: /],
  ["rbl", "", /no list/],
  ["validateSchema", "a.xsd", /cannot be used/],
  ["restpath", "/a/{b}", /cannot be used/],
  ["pmFromDataset", "", /no dataset/],
  ["ipMatchFromDataset", "absent", /dataset:absent/],
  ["validateDTD", "a.dtd", /cannot be used/],
  ["validateHash", "x", /cannot be used/],
  ["fuzzyHash", "a 1", /cannot be used/],
  ["gsbLookup", "x", /cannot be used/],
  ["inspectFile", "run.sh", /cannot be used/],
  ["rsub", "s/a/b/", /cannot be used/],
];
