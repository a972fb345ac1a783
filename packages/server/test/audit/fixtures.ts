import { collection, define, text } from "../../src/model/index.ts";
import {
  after,
  agreed,
  certificate,
  change,
  DAY_MS,
  excluded,
  exposed,
  FIELDS,
  failed,
  firewall,
  forgetful,
  heard,
  later,
  limits,
  listener,
  open,
  operator,
  PERSONAL,
  people,
  places,
  planned,
  runOut,
  runtime,
  secretKey,
  upLong,
  type Violate,
  weak,
} from "./fixture-tools.ts";

/** For every check what breaks it. A check without a row here fails the test; so does a row that its check lets pass. */
export const VIOLATIONS: Readonly<Record<string, readonly Violate[]>> = {
  "HF-FIVE-001": [
    listener({ best: { agreed: false, protocol: "", cipher: "", group: "" } }),
    listener({ plainHttp: "HTTP/1.1 200 OK\r\n\r\n" }),
    places({ readable: [{ path: "data-1.db", found: "SQLite format 3" }] }),
    places({ backups: [{ path: "a.holdfast", sealed: false }] }),
  ],
  "HF-FIVE-002": [
    weak(collection({ fields: FIELDS, access: (words) => ({ read: words.public(), create: words.public() }) })),
    listener({ withoutKey: { patients: heard(200, {}, "[]") } }),
  ],
  "HF-FIVE-003": [
    limits({ requestsPerAddress: { perMinute: 1_000_001, burst: 1 } }),
    limits({ signInsPerIdentifier: { perMinute: 1_000_001, burst: 1 } }),
    change("plan", (plan) => ({ networks: { ...plan.networks, trustedProxies: ["0.0.0.0/0"] } })),
    listener({ oversized: { body: heard(200) } }),
  ],
  "HF-FIVE-004": [later(8 * DAY_MS)],
  "HF-FIVE-005": [
    after(
      change("house", () => ({ startedAt: 0 })),
      later(3 * DAY_MS),
      change("history", () => ({ lastRunAt: 0 })),
    ),
  ],
  "HF-TLS-001": [listener({ weakVersions: { "TLS 1.1": agreed } })],
  "HF-TLS-002": [listener({ weakSuites: { "AES128-SHA": agreed } })],
  "HF-TLS-003": [
    listener({ weakGroups: { ffdhe2048: agreed } }),
    listener({ best: { agreed: true, protocol: "TLSv1.3", cipher: "", group: "X25519" } }),
  ],
  "HF-TLS-004": [(facts) => certificate({ notAfter: facts.now + 13 * DAY_MS })(facts)],
  "HF-TLS-005": [
    certificate({ keyKind: "rsa", keyBits: 1_024 }),
    certificate({ keyKind: "dsa", keyBits: 4_096 }),
    certificate({ keyBits: 160 }),
  ],
  "HF-TLS-006": [certificate({ misses: ["api.example.com"] })],
  "HF-TLS-007": [after(certificate({ own: true }), places({ privateKeys: [{ ...open, mode: 0o640 }] }))],
  "HF-TLS-008": [listener({ renegotiated: true })],
  "HF-TLS-009": [
    after(change("house", () => ({ hasRealName: true }))),
    after(
      change("house", () => ({ hasRealName: true })),
      listener({ health: heard(200, { "strict-transport-security": "max-age=600" }) }),
    ),
  ],
  "HF-TLS-010": [
    after(
      change("house", () => ({ hasHttpPort: true })),
      listener({ httpPort: { page: heard(308, { location: "https://localhost/" }), api: heard(308) } }),
    ),
    after(
      change("house", () => ({ hasHttpPort: true })),
      listener({ httpPort: { page: heard(200), api: heard(403) } }),
    ),
  ],
  "HF-HTTP-011": [runtime({ switches: ["--insecure-http-parser"] }), runtime({ switches: ["--http-validation=relaxed"] })],
  "HF-HTTP-012": [listener({ oversized: { head: heard(200) } }), listener({ oversized: { address: heard(500) } })],
  "HF-HTTP-013": [
    change("house", (house) => ({ listenerLimits: { ...house.listenerLimits, headersMs: 0 } })),
    change("house", (house) => ({ listenerLimits: { ...house.listenerLimits, bodyBytesPerWindowMin: 0 } })),
    change("house", () => ({ listenerLimits: {} })),
  ],
  "HF-HTTP-014": [
    listener({ health: heard(200) }),
    listener({ unknown: heard(0) }),
    listener({ home: heard(200, { "x-content-type-options": "nosniff" }) }),
  ],
  "HF-HTTP-015": [listener({ methods: { TRACE: heard(200) } })],
  "HF-HTTP-016": [
    listener({ foreignOrigin: heard(200, { "access-control-allow-origin": "*" }) }),
    listener({ foreignPreflight: heard(204, { "access-control-allow-credentials": "true" }) }),
  ],
  "HF-HTTP-017": [
    listener({ broken: { json: heard(500) } }),
    listener({ broken: { json: heard(400, {}, "Error: x\n    at parse (/srv/app/x.js:1:2)") } }),
    listener({ broken: { filter: heard(400, {}, "SQLITE_ERROR: near") } }),
    listener({ broken: { json: heard(400, { "x-powered-by": "Express" }) } }),
  ],
  "HF-HTTP-018": [listener({ plainHttp: "HTTP/1.1 200 OK\r\n" }), listener({ plainHttp: "HTTP/1.1 308 Permanent Redirect\r\n" })],
  "HF-PL-009": [listener({ hiddenPaths: { "/.env": heard(200) } })],
  "HF-AZ-001": [planned(define({ name: "Weak", collections: { notes: collection({ fields: { body: text({ max: 9 }) } }) } }))],
  "HF-AZ-002": [weak(collection({ fields: FIELDS, access: (words) => ({ read: words.public() }) }))],
  "HF-AZ-003": [
    weak(collection({ fields: FIELDS, access: (words) => ({ create: words.public() }) })),
    weak(collection({ fields: FIELDS, access: (words) => ({ read: words.public(), delete: words.public() }) })),
  ],
  "HF-AZ-004": [
    weak(collection({ fields: FIELDS, access: ({ actor }) => ({ read: actor.signedIn() }) })),
    weak(collection({ fields: { body: text({ max: 9 }) }, access: ({ actor }) => ({ delete: actor.signedIn(), read: actor.signedIn() }) })),
  ],
  "HF-AZ-005": [
    weak(collection({ fields: PERSONAL, access: ({ actor }) => ({ read: actor.signedIn() }) })),
    weak(collection({ fields: PERSONAL, access: (words) => ({ read: words.public() }) })),
  ],
  "HF-AZ-006": [
    weak(
      collection({
        fields: FIELDS,
        access: ({ row, actor }) => ({ read: row.owner.is(actor.id), update: { old: row.owner.is(actor.id), new: actor.signedIn() } }),
      }),
    ),
  ],
  "HF-AZ-007": [
    change("plan", () => ({ roles: ["nobody-asks-for-it"] })),
    after(people({ operators: [operator] }), (facts) =>
      people({ operators: [{ ...operator, createdAt: facts.now - 91 * DAY_MS }] })(facts),
    ),
  ],
  "HF-AZ-008": [forgetful],
  "HF-AZ-009": [people({ operators: Array.from({ length: 6 }, () => operator) }), later(8 * DAY_MS)],
  "HF-AZ-011": [
    change("plan", (plan) => ({
      collections: plan.collections.map((one) => ({ ...one, uniques: [{ fields: ["status"], reveals: true }] })),
    })),
  ],
  "HF-AZ-012": [weak(collection({ fields: FIELDS, access: ({ row, actor, not }) => ({ read: not(row.owner.is(actor.id)) }) }))],
  "HF-AZ-013": [
    listener({ withoutKey: { patients: heard(200, {}, "[]") } }),
    listener({ withAppKey: { patients: heard(200, {}, "[]") } }),
    listener({ forgedToken: heard(200) }),
  ],
  "HF-AU-001": [
    people({ hash: { algorithm: "argon2id", memoryKiB: 8_192, passes: 2 } }),
    people({ hash: { algorithm: "argon2i", memoryKiB: 19_456, passes: 2 } }),
    people({ outdatedHashes: 1 }),
  ],
  "HF-AU-002": [people({ weakPasswordsTaken: ["password"] })],
  "HF-AU-004": [
    people({ operators: [{ ...operator, withFactor: false }] }),
    after(
      change("plan", (plan) => ({ accounts: { ...plan.accounts, secondFactor: "required" as const } })),
      people({ accounts: 3, withFactor: 2 }),
      later(8 * DAY_MS),
    ),
  ],
  "HF-AU-005": [
    limits({ signInsPerIdentifier: { perMinute: 31, burst: 1 } }),
    limits({ signInsPerAddress: { perMinute: 1_201, burst: 1 } }),
  ],
  "HF-AU-006": [
    change("plan", (plan) => ({ accounts: { ...plan.accounts, sessionIdleMs: 31 * DAY_MS } })),
    change("plan", (plan) => ({ accounts: { ...plan.accounts, sessionMaxMs: 91 * DAY_MS } })),
    change("plan", (plan) => ({ accounts: { ...plan.accounts, accessTokenMs: 3_600_001 } })),
  ],
  "HF-AU-008": [change("tokens", () => ({ forgeriesTaken: ["alg none"] })), change("tokens", () => ({ algorithm: "HS256" }))],
  "HF-AU-009": [later(731 * DAY_MS), change("keys", () => ({ keys: [] }))],
  "HF-AU-010": [after(exposed, people({ exampleAccounts: ["ada@clinic.example"] }))],
  "HF-CR-001": [places({ readable: [{ path: "data-1.db-wal", found: "CREATE TABLE" }] }), places({ scannedBytes: 0 })],
  "HF-CR-002": [
    places({ root: { kind: "file", besideData: true, onFleetingDisk: false } }),
    places({ root: { kind: "file", besideData: false, onFleetingDisk: true } }),
  ],
  "HF-CR-003": [later(1_096 * DAY_MS), change("keys", () => ({ rootsLeaving: 1 }))],
  "HF-CR-004": [
    later(8 * DAY_MS),
    after(
      change("keys", () => ({ kitConfirmed: true })),
      places({ recoveryKitBesideRoot: true }),
    ),
  ],
  "HF-CR-005": [runtime({ openSecrets: [{ place: "environment TOKEN", kind: "cloud key" }] })],
  "HF-CR-006": [change("trail", () => ({ secrets: [{ place: "signin.refused because", kind: "access token" }] }))],
  "HF-CR-007": [after(exposed, people({ secretKeys: [secretKey] })), people({ secretKeys: [{ ...secretKey, networks: ["10.0.0.0/8"] }] })],
  "HF-DT-001": [
    weak(collection({ fields: { ...FIELDS, phone: text({ max: 9 }) }, access: ({ row, actor }) => ({ read: row.owner.is(actor.id) }) })),
    weak(collection({ fields: { ...FIELDS, api_key: text({ max: 9 }) }, access: ({ row, actor }) => ({ read: row.owner.is(actor.id) }) })),
  ],
  "HF-DT-003": [people({ overdueErasures: 1 })],
  "HF-DT-005": [(facts) => Object.create(facts, { damage: { value: ["row 7 missing from index"], enumerable: true } })],
  "HF-DT-006": [places({ files: [open] }), places({ files: [{ ...open, mode: 0o600, mine: false }] })],
  "HF-BK-001": [
    later(2 * DAY_MS),
    after(upLong, (facts) => change("backups", () => ({ lastMadeAt: facts.now - 27 * 3_600_000 }))(facts)),
    change("backups", () => ({ lastMadeAt: 5, lastFailedAt: 6 })),
  ],
  "HF-BK-002": [places({ backups: [{ path: "a.holdfast", sealed: false }] })],
  "HF-BK-003": [after(exposed, later(8 * DAY_MS))],
  "HF-BK-005": [
    change("backups", () => ({ drill: failed })),
    later(9 * DAY_MS),
    after(
      upLong,
      change("backups", () => ({ drill: { ...failed, ok: true } })),
    ),
  ],
  "HF-FW-001": [
    limits({ requestsPerAccount: { perMinute: 120_001, burst: 1 } }),
    limits({ rowsPerAnswerMax: 100_000 }),
    limits({ connectionsPerAddress: 4_096 }),
    limits({ inspectionKilostepsPerAddress: { perMinute: 48_000_000, burst: 200_000 } }),
  ],
  "HF-FW-002": [
    change("plan", (plan) => ({ networks: { ...plan.networks, trustedProxies: ["10.0.0.0/8"] } })),
    change("plan", (plan) => ({ networks: { ...plan.networks, trustedProxies: ["2001:db8::/32"] } })),
  ],
  "HF-FW-003": [
    firewall({ mode: "off" }),
    listener({ attacks: { script: heard(404) } }),
    listener({ attacks: { script: heard(500) } }),
    listener({ attacks: {} }),
    listener({ ordinary: heard(403) }),
    listener({ ordinary: heard(0) }),
  ],
  "HF-FW-004": [
    (facts) => Object.create(facts, { operatorPage: { value: { tried: ["192.0.2.7"], reachedAt: ["192.0.2.7"] }, enumerable: true } }),
  ],
  "HF-FW-006": [firewall({ mode: "detection-only" })],
  "HF-FW-007": [
    (facts) => firewall({ exclusions: [{ ...excluded, expiresAt: facts.now - 1 }] })(facts),
    (facts) => firewall({ exclusions: [{ ...excluded, expiresAt: facts.now + 13 * DAY_MS }] })(facts),
    after(
      (facts) => firewall({ exclusions: [{ ...excluded, expiresAt: facts.now + 90 * DAY_MS }] })(facts),
      change("house", (house) => ({ startedAt: house.firstStartAt - 15 * DAY_MS, exclusionsMet: [false] })),
    ),
  ],
  "HF-LG-001": [change("trail", () => ({ problems: ["entry 7 was altered"] }))],
  "HF-LG-003": [(facts) => change("trail", () => ({ clockJumps: [{ at: facts.now - 1, byMs: -3_600_000 }] }))(facts)],
  "HF-LG-004": [after(exposed, later(8 * DAY_MS)), change("watch", () => ({ lastDelivery: failed }))],
  "HF-LG-005": [
    after(
      change("house", () => ({ startedAt: 1 })),
      change("watch", () => ({ detections: 3 })),
    ),
  ],
  "HF-LG-006": [places({ freeBytes: 1_000_000 }), places({ freeBytes: 1e12, totalBytes: 1e15 })],
  "HF-LG-008": [change("history", () => ({ broken: ["a run"] }))],
  "HF-LG-009": [change("history", () => ({ waivers: [runOut] }))],
  "HF-PL-001": [after(exposed, runtime({ isRoot: true })), after(exposed, runtime({ isRoot: false, noNewPrivileges: false }))],
  "HF-PL-002": [runtime({ codeFromStrings: true }), runtime({ protoAccessor: true }), runtime({ tlsVerificationOff: true })],
  "HF-PL-003": [runtime({ inspectorOpen: true }), runtime({ switches: ["--inspect=0.0.0.0:9229"] })],
  "HF-PL-004": [runtime({ nodeVersion: "v24.3.0" }), change("supply", () => ({ node: failed }))],
  "HF-SC-005": [
    change("supply", () => ({ advisories: failed })),
    later(3 * DAY_MS),
    after(
      upLong,
      change("supply", () => ({ advisories: { ...failed, ok: true } })),
    ),
  ],
  "HF-SC-006": [
    change("supply", () => ({ packages: [] })),
    change("supply", () => ({ packages: [{ name: "x", locked: "1.0.0", installed: "1.0.1", installScript: false, native: false }] })),
    change("supply", () => ({ packages: [{ name: "x", locked: "1.0.0", installed: undefined, installScript: false, native: false }] })),
  ],
  "HF-SC-007": [
    change("supply", () => ({ packages: [{ name: "x", locked: "1", installed: "1", installScript: true, native: false }] })),
    change("supply", () => ({ packages: [{ name: "x", locked: "1", installed: "1", installScript: false, native: true }] })),
  ],
};
