// biome-ignore-all lint/suspicious/noTemplateCurlyInString: names of tests stand here as they stand in their source.
/** What shows a requirement: a test by its file and a part of its name, as it stands in the source. Audit checks name their ids themselves. */
export type Shown = readonly [file: string, name: string];

const AUTH = "test/edge/auth/auth.test.ts";
const AUTH_MAIL = "test/edge/auth/mail.test.ts";
const REST = "test/edge/rest/classes-of-failure.test.ts";
const ROUND = "test/edge/surroundings.test.ts";
const LIFE = "test/edge/life.test.ts";
const TLS = "test/edge/tls.test.ts";
const JSON_TEST = "test/edge/json.test.ts";
const GUARD = "test/firewall/sign-in-guard.test.ts";
const KINDS = "test/model/kinds.test.ts";
const WRITES = "test/data/writes.test.ts";
const SESSIONS = "test/identity/sessions.test.ts";
const FACTORS = "test/identity/factors.test.ts";
const CODES = "test/identity/codes.test.ts";
const CLASSES = "test/identity/bug-classes.test.ts";
const PASSWORDS = "test/identity/passwords.test.ts";
const OWN = "test/identity/own.test.ts";
const CLIENT_KEYS = "test/identity/keys.test.ts";
const KEYRING = "test/vault/keyring.test.ts";
const HASHES = "test/vault/passwords.test.ts";
const DISK = "../../examples/clinic/test/disk.test.ts";
const SCENARIO = "../../examples/clinic/test/scenario.test.ts";
const PAGE = "../../examples/clinic/test/page-walk.ts";
const AUDIT_PAGE = "../../examples/clinic/test/audit-page-walk.ts";

const NO_AMBIENT: Shown = [CLIENT_KEYS, "Holdfast reads who calls from the two headers, and from nothing else"];
const SAFE_HEADERS: Shown = [ROUND, "keeps browsers safe:"];
const OWN_PAGES: Shown = [ROUND, "serves exactly its files, under a CSP with Trusted Types and without exceptions for scripts"];
const ORIGINS: Shown = [ROUND, "answers preflights without a key, judged, and only to listed origins"];
const LONG_PASSWORDS: Shown = [PASSWORDS, "Holdfast takes long passwords of any kind, and refuses those that are tried first"];
const CHANGE_PASSWORD: Shown = [OWN, "Holdfast changes a password for whoever has just shown it, and ends the other sessions"];
const NEXT_REQUEST: Shown = [SESSIONS, "Holdfast acts on what happens to an account at the next request"];
const CODE_LIFE: Shown = [CODES, "Holdfast gives a code five tries and ten minutes, and a link its own"];
const ONE_KEY: Shown = [CLASSES, "Holdfast takes a token only with its own key and its one algorithm"];
const REFUSED_VALUES: Shown = [KINDS, "Holdfast refuses ${name}"];
const LINKS: Shown = [AUTH_MAIL, "Holdfast leads a link only to pages that the plan names, whole and exact"];
const RESERVED: Shown = [REST, "the tenant, which comes from the account and never from the body"];

/** For each requirement what shows it. What is missing here, and in every check, is open. */
export const COVERAGE: Readonly<Record<string, readonly Shown[]>> = {
  "1.1.1": [
    ["test/edge/heads.test.ts", "gives a handler the path decoded once, its parameters and its raw query"],
    ["test/edge/fuzz.test.ts", "never decodes a path to something that has a second spelling"],
  ],
  "1.2.1": [
    ["test/mail/templates.test.ts", "Holdfast lets nothing that stands in a letter become markup, whatever it is called"],
    [AUDIT_PAGE, "shows what is wrong, the worst first, as text"],
  ],
  "1.2.2": [LINKS],
  "1.2.3": [[KINDS, "without loss, as JSON and encrypted"]],
  "1.2.4": [
    [REST, "is a name or a value, and nothing else"],
    ["test/store/filter.test.ts", "keep every value out of the text of a statement"],
  ],
  "1.2.9": [["test/model/pattern.test.ts", "Holdfast says that ${JSON.stringify(text)}"]],
  "1.3.11": [["test/mail/delivery.test.ts", "Holdfast lets no address add a header, a reader or a command"]],
  "1.4.2": [REFUSED_VALUES],
  "1.5.2": [[JSON_TEST, "never throws anything but its own fault, and never accepts what the runtime's own reader refuses"]],
  "2.2.1": [REFUSED_VALUES],
  "2.2.2": [[WRITES, "tells all wrong values at once, by row and never by value"]],
  "2.3.2": [[WRITES, "bounds the rows of one write"]],
  "2.3.3": [
    [WRITES, "writes all rows of an insert or none"],
    ["test/store/group.test.ts", "keeps a refused batch from its neighbours"],
  ],
  "2.3.4": [["test/data/races.test.ts", "lets two updates of one row both happen, one after the other, and loses neither"]],
  "2.4.1": [["test/edge/with-firewall.test.ts", "answers a caller who asks too often with 429 and says when to come again"]],
  "3.2.1": [SAFE_HEADERS],
  "3.2.2": [
    [PAGE, "lets a doctor sign in and work with patients"],
    [AUDIT_PAGE, "shows what is wrong, the worst first, as text"],
  ],
  "3.3.1": [SAFE_HEADERS, NO_AMBIENT],
  "3.3.2": [SAFE_HEADERS, NO_AMBIENT],
  "3.3.3": [SAFE_HEADERS, NO_AMBIENT],
  "3.3.4": [SAFE_HEADERS, NO_AMBIENT],
  "3.4.1": [[ROUND, "promises HTTPS for ever on real names, and never on local ones"]],
  "3.4.2": [ORIGINS],
  "3.4.3": [OWN_PAGES, SAFE_HEADERS],
  "3.4.4": [SAFE_HEADERS],
  "3.4.5": [SAFE_HEADERS],
  "3.4.6": [SAFE_HEADERS],
  "3.5.1": [ORIGINS],
  "3.5.2": [[LIFE, "refuses a body of another type"], NO_AMBIENT],
  "3.5.3": [[AUTH, "Holdfast redeems nothing by a link that something may follow before a person does"]],
  "3.7.2": [LINKS],
  "4.1.1": [SAFE_HEADERS],
  "4.1.2": [[ROUND, "sends people who come over plain HTTP to HTTPS, and refuses API calls there"]],
  "4.1.3": [[ROUND, "judges the requests of a named proxy by the address that it forwards"]],
  "4.2.1": [
    ["test/edge/smuggling.test.ts", "refuses and closes, and never works on the hidden request"],
    ["test/edge/http2.test.ts", "never shows a handler a field with CR and LF in it"],
  ],
  "4.3.1": [
    [REST, "an answer is cut to the limit of rows"],
    ["test/contract/store.ts", "data.unindexed"],
  ],
  "6.2.1": [[PASSWORDS, "Holdfast asks for eight characters where a second factor is required, by the same lists"], LONG_PASSWORDS],
  "6.2.2": [CHANGE_PASSWORD],
  "6.2.3": [CHANGE_PASSWORD],
  "6.2.4": [LONG_PASSWORDS],
  "6.2.5": [LONG_PASSWORDS],
  "6.2.8": [[HASHES, "refuse a password of more than 1,024 bytes and keep every byte of a shorter one"]],
  "6.2.9": [LONG_PASSWORDS],
  "6.2.11": [LONG_PASSWORDS],
  "6.3.1": [
    [GUARD, "Holdfast lets people mistype, then doubles their delay, then asks them to wait a minute"],
    [GUARD, "Holdfast stops an address that tries one password on many names, but not those who signed in well from there"],
    ["../../examples/clinic/test/replay.test.ts", "Holdfast alerts a webhook once"],
  ],
  "6.3.2": [["test/identity/admin.test.ts", "Holdfast makes the first operator by a code that works once, for loopback"]],
  "6.3.3": [[SESSIONS, "Holdfast asks for the factor where the plan requires one"]],
  "6.3.4": [[CLASSES, "account no session for ${way}"]],
  "6.4.1": [CODE_LIFE],
  "6.4.3": [[CODES, "Holdfast does not let a recovery weaken the factor"]],
  "6.5.1": [
    [FACTORS, "Holdfast takes a code once, also when it is shown many times at once"],
    ["test/identity/recovery-codes.test.ts", "Holdfast uses a recovery code up once, also when it is shown many times at once"],
  ],
  "6.5.4": [["test/vault/macs.test.ts", "give the RFC 6238 code at ${seconds} s"]],
  "6.5.5": [CODE_LIFE, [FACTORS, "Holdfast takes codes of the step before, this one and the next, and no other"]],
  "6.6.2": [
    [FACTORS, "Holdfast binds a challenge to its session and factor, and to five minutes"],
    [CODES, "Holdfast takes a code only for what it was made for"],
  ],
  "6.6.3": [[FACTORS, "Holdfast counts wrong codes per account and stops looking after 100 in a row"]],
  "7.2.1": [[CLASSES, "Holdfast checks a token's signature once, and its session each time"]],
  "7.2.2": [[SESSIONS, "Holdfast takes no refresh token but those that it made"]],
  "7.2.3": [[SESSIONS, "Holdfast keeps nothing in the row from which a token could be made"]],
  "7.2.4": [[SESSIONS, "Holdfast keeps tokens from before the second factor at level 1, and their refresh ends the family"]],
  "7.3.1": [[SESSIONS, "Holdfast ends sessions when their time is over"]],
  "7.3.2": [[SESSIONS, "Holdfast ends sessions when their time is over"]],
  "7.4.1": [[SESSIONS, "Holdfast signs out this session, the others or all"]],
  "7.4.2": [NEXT_REQUEST],
  "7.4.3": [CHANGE_PASSWORD],
  "7.4.5": [NEXT_REQUEST],
  "7.5.1": [[FACTORS, "Holdfast wants a fresh proof for each change of factors"]],
  "8.2.1": [[REST, "without a rule that lets nobody in answers nobody"]],
  "8.2.2": [
    [SCENARIO, "refuses to read and to write across doctors"],
    [REST, "${what} answers both alike"],
  ],
  "8.2.3": [["test/access/grant.test.ts", "Holdfast guards a field by its own rules, beside those of the row"]],
  "8.3.1": [["test/access/agreement.test.ts", "Holdfast gives a rule the same meaning in SQL, in memory and in words"]],
  "8.4.1": [["test/access/grant.test.ts", "Holdfast puts the tenant of the actor into every filter of a tenant's collection"]],
  "9.1.1": [["test/vault/tokens.test.ts", "are refused with any bit flipped"]],
  "9.1.2": [ONE_KEY],
  "9.1.3": [ONE_KEY],
  "9.2.1": [[SESSIONS, "Holdfast ends sessions when their time is over"]],
  "9.2.2": [[CLASSES, "of ours, without what a token has"]],
  "11.2.2": [[KEYRING, "reads with older keys and encrypts with the primary one"]],
  "11.3.3": [["test/vault/fields.test.ts", "refuse every flipped bit, in the header too"]],
  "11.4.2": [[HASHES, "are argon2id with 19 MiB, two passes and one lane, as PHC text"]],
  "11.4.4": [[KEYRING, "may be a passphrase"]],
  "12.1.1": [[TLS, "fails the handshake with a client of ${does}"]],
  "12.1.2": [[TLS, "agrees on TLS 1.3 with the post-quantum group first"]],
  "12.2.1": [[TLS, "never lets plain HTTP that is spoken to the TLS port reach a handler"]],
  "12.3.2": [["test/mail/delivery.test.ts", "Holdfast tells its password and its letters to no server that it cannot trust"]],
  "12.3.3": [["test/cli/settings.test.ts", "a webhook in clear"]],
  "12.3.4": [["test/audit/probes.test.ts", "believes no other server that answers at its address"]],
  "13.4.1": [OWN_PAGES],
  "13.4.2": [[LIFE, "shows nothing of an error that nobody expected"]],
  "14.2.1": [NO_AMBIENT],
  "14.2.2": [[AUTH, "Holdfast has no answer of this dialect kept by a cache"], SAFE_HEADERS],
  "14.2.4": [[DISK, "no value, password, token, code or key, in any file, also a deleted one that is still open"]],
  "14.3.2": [[AUTH, "Holdfast has no answer of this dialect kept by a cache"]],
  "15.2.2": [
    ["test/edge/slow.test.ts", "answers others at once while it waits for 60 that send nothing"],
    ["test/vault/pool.test.ts", "answers on the request path while every thread of the pool is busy with hashes"],
    ["test/store/pattern-budget.test.ts", "Holdfast stops a statement that spends too long in patterns, and begins anew with the next"],
  ],
  "15.3.1": [[REST, "select *: it is left out"]],
  "15.3.2": [["test/watch/webhook.test.ts", "Holdfast follows no redirect of a webhook"]],
  "15.3.3": [RESERVED],
  "15.3.4": [["test/firewall/networks.test.ts", "as the sender behind ${peer}"]],
  "15.3.6": [
    ["test/setup/code-generation.test.ts", "Holdfast has no __proto__ to pollute prototypes through"],
    [REST, "writes nothing and reaches nothing"],
  ],
  "15.3.7": [
    ["test/edge/rest/dialect-lines.ts", "a parameter given twice"],
    [JSON_TEST, "refuses ${what}"],
  ],
  "16.2.1": [
    ["test/trail/incident.test.ts", "Holdfast tells what somebody did in a time, to whom, and from where"],
    [WRITES, "tells the trail of each row in the same commit, with a commitment to what is stored"],
  ],
  "16.2.2": [["test/watch/outage.test.ts", "Holdfast sees and tells of an attack before and after its clock jumps"]],
  "16.2.4": [["test/trail/leaf.test.ts", "Holdfast writes the leaf bytes that are frozen for version 1"]],
  "16.2.5": [[DISK, "no value, password, token, code or key, in any file, also a deleted one that is still open"]],
  "16.3.1": [["test/identity/sign-in.test.ts", "Holdfast signs a newcomer up and in, and says so in the trail"]],
  "16.3.2": [[WRITES, "counts look-ups that find nothing, refusals and unique conflicts, each with its caller"]],
  "16.3.3": [["test/watch/detections.test.ts", "Holdfast raises one alert, ${detection}, for ${name}"]],
  "16.3.4": [[LIFE, "at the stage of the ${stage}, and records it"]],
  "16.4.1": [["test/trail/leaf.test.ts", "Holdfast reads every leaf back as it was, and gives no two leaves the same bytes"]],
  "16.4.2": [["test/trail/verify.test.ts", "Holdfast finds every bit that is flipped in an exported trail, wherever it is"]],
  "16.5.1": [[LIFE, "shows nothing of an error that nobody expected"]],
  "16.5.2": [
    ["test/watch/outage.test.ts", "Holdfast loses no alert while its webhook is down for an hour, and asks ever less often"],
    [
      "test/mail/delivery.test.ts",
      "Holdfast keeps all letters while it is not let in, tries again later and later, and sends them when it is",
    ],
  ],
  "16.5.3": [
    [LIFE, "refuses when the firewall itself fails"],
    ["test/firewall/firewall.test.ts", "Holdfast answers every question with a verdict, and refuses what it cannot understand"],
  ],
};

/** Sections of the standard about things that Holdfast does not have yet: nothing can show them, and they count as open. */
export const NOT_BUILT: Readonly<Record<string, string>> = {
  "1.3.4": "files",
  "4.4": "live changes",
  "5.2": "files",
  "5.3": "files",
  "5.4": "files",
  "6.2.6": "the web console",
  "6.2.7": "the web console",
  "6.8": "sign-in with other providers",
  "7.4.4": "the web console",
  "7.6": "sign-in with other providers",
  "10.": "OAuth and OpenID Connect",
  "12.1.3": "client certificates",
  "14.3.3": "the web console",
};
