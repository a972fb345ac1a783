import type { Collection } from "../../model/index.ts";
import type { AccessFacts, Check, Facts } from "../contract.ts";
import { days, notApplicable, problem, same, unless, unlessAny, words } from "../words.ts";
import { isNever, keeps, ownerFields, rolesIn, rulesOf } from "./rule-shapes.ts";

const ANONYMOUS = "not signed in";
const SIGNED_IN = "signed in";
const ACTIONS = ["read", "create", "update", "delete"] as const;
const WRITES = ["create", "update", "delete"] as const;
const OPERATORS_MAX = 5;
const UNUSED_DAYS = 90;
const OPERATOR_GRACE_DAYS = 7;

const rowOf = ({ matrix }: AccessFacts, who: string, collection: string) =>
  matrix.find((row) => row.who === who && row.collection === collection);

const collections = (count: number) => words(`${count} collections looked at`, `컬렉션 ${count}개 확인`);

/** Who may read a field: as far as its own rule says, and else as far as the row goes. */
function readExtent({ access }: Facts, who: string, collection: string, field: string): string {
  const row = rowOf(access, who, collection);
  return row?.fields.find((own) => own.field === field)?.read ?? row?.read ?? "none";
}

export const ACCESS_CHECKS: readonly Check[] = [
  {
    id: "HF-AZ-001",
    area: "access",
    severity: "low",
    kind: "config",
    title: words("Every collection has a rule", "모든 컬렉션에 규칙이 있습니다"),
    expected: words("somebody may do something", "누군가는 무언가를 할 수 있음"),
    fix: words("Write access rules, or take the collection out.", "접근 규칙을 쓰거나 컬렉션을 빼세요."),
    standards: { asvs: ["8.2.1"], owasp: ["A01"], cwe: [862] },
    run({ plan, access }) {
      const dead = plan.collections.filter(({ name }) =>
        access.matrix.filter(({ collection }) => collection === name).every((row) => ACTIONS.every((action) => row[action] === "none")),
      );
      return unlessAny(
        dead.map(({ name }) => problem(name, words("no rule lets anybody in", "아무도 허용하는 규칙이 없음"))),
        collections(plan.collections.length),
      );
    },
  },
  {
    id: "HF-AZ-002",
    area: "access",
    severity: "medium",
    kind: "config",
    title: words("Nothing is readable without signing in", "로그인 없이 읽을 수 있는 것이 없습니다"),
    expected: words("no public read, or a waiver that says why", "공개 읽기 없음, 또는 이유가 적힌 예외"),
    fix: words(
      "Take public() out of the read rule, or waive this with the reason.",
      "읽기 규칙에서 public()을 빼거나 이유를 적어 예외로 두세요.",
    ),
    standards: { asvs: ["8.2.1", "8.2.2"], owasp: ["A01"], cwe: [862], gdpr: ["25"] },
    run: ({ plan, access }) =>
      unlessAny(
        plan.collections
          .filter(({ name }) => rowOf(access, ANONYMOUS, name)?.read !== "none")
          .map(({ name }) => problem(name, words("everybody may read", "누구나 읽을 수 있음"))),
        collections(plan.collections.length),
      ),
  },
  {
    id: "HF-AZ-003",
    area: "access",
    severity: "high",
    kind: "config",
    title: words("Nothing is writable without signing in", "로그인 없이 쓸 수 있는 것이 없습니다"),
    expected: words("no public create, update or delete", "공개 생성·수정·삭제 없음"),
    fix: words("Ask for actor.signedIn() or a role in the rule.", "규칙에 actor.signedIn()이나 역할을 요구하세요."),
    standards: { asvs: ["8.2.1", "8.3.1"], owasp: ["A01"], cwe: [862], gdpr: ["25"] },
    run: ({ plan, access }) =>
      unlessAny(
        plan.collections.flatMap(({ name }) =>
          WRITES.filter((action) => rowOf(access, ANONYMOUS, name)?.[action] !== "none").map((action) =>
            problem(`${name} ${action}`, words("everybody may", "누구나 가능")),
          ),
        ),
        collections(plan.collections.length),
      ),
  },
  {
    id: "HF-AZ-004",
    area: "access",
    severity: "high",
    kind: "config",
    title: words("An account alone does not open everything", "계정만으로 모든 것이 열리지 않습니다"),
    expected: words("rules that ask for the owner or a role", "소유자나 역할을 묻는 규칙"),
    fix: words("Bind the rule to the row: row.owner.is(actor.id).", "규칙을 행에 묶으세요: row.owner.is(actor.id)."),
    standards: { asvs: ["8.2.2", "8.3.1"], owasp: ["A01"], cwe: [639, 863] },
    run({ plan, access }) {
      const about = (collection: Collection): boolean => collection.fields.some(({ personal, ref }) => personal || ref === "accounts");
      const open = plan.collections.flatMap((collection) => {
        const row = rowOf(access, SIGNED_IN, collection.name);
        const actions = (["update", "delete", "read"] as const).filter((action) => row?.[action] === "all");
        return actions.filter((action) => action !== "read" || about(collection)).map((action) => `${collection.name} ${action}`);
      });
      return unlessAny(
        open.map((resource) => problem(resource, words("every account may touch every row", "모든 계정이 모든 행에 가능"))),
        collections(plan.collections.length),
      );
    },
  },
  {
    id: "HF-AZ-005",
    area: "access",
    severity: "high",
    kind: "config",
    title: words("Personal fields are not open to all", "개인정보 필드가 모두에게 열려 있지 않습니다"),
    expected: words("readable for the owner or a role", "소유자나 역할만 읽기"),
    fix: words("Give the field a read rule of its own.", "필드에 따로 읽기 규칙을 주세요."),
    standards: { asvs: ["8.2.3", "15.3.1", "14.2.4"], owasp: ["A01"], cwe: [200], gdpr: ["5(1)(c)", "25"], hipaa: ["164.312(a)"] },
    run(facts) {
      const { plan } = facts;
      const open = plan.collections.flatMap(({ name, fields }) =>
        fields
          .filter(({ personal }) => personal)
          .filter(({ name: field }) => {
            return readExtent(facts, ANONYMOUS, name, field) !== "none" || readExtent(facts, SIGNED_IN, name, field) === "all";
          })
          .map(({ name: field }) => `${name}.${field}`),
      );
      const looked = plan.collections.flatMap(({ fields }) => fields.filter(({ personal }) => personal)).length;
      return unlessAny(
        open.map((field) =>
          problem(field, words("readable for everybody who has an account, or without one", "계정만 있거나 없어도 읽을 수 있음")),
        ),
        words(`${looked} personal fields looked at`, `개인정보 필드 ${looked}개 확인`),
      );
    },
  },
  {
    id: "HF-AZ-006",
    area: "access",
    severity: "high",
    kind: "config",
    title: words("Nobody can give a row to another owner by writing it", "행을 고쳐 소유자를 바꿀 수 없습니다"),
    expected: words("update.new keeps what the rules ask for", "update.new가 규칙이 묻는 필드를 고정"),
    fix: words("Add row.owner.unchanged() to update.new.", "update.new에 row.owner.unchanged()를 더하세요."),
    standards: { asvs: ["15.3.3", "8.2.3"], owasp: ["A01"], cwe: [915] },
    run({ plan }) {
      const loose = plan.collections.flatMap((collection) => {
        const { access, fields } = collection;
        if (isNever(access.updateNew) || isNever(access.updateOld)) return [];
        const owners = new Set([access.read, access.updateOld, access.delete].flatMap(ownerFields));
        return [...owners]
          .filter((name) => !fields.some((field) => field.name === name && (field.system || (field.write && isNever(field.write)))))
          .filter((name) => !keeps(access.updateNew, name))
          .map((name) => `${collection.name}.${name}`);
      });
      return unlessAny(
        loose.map((field) => problem(field, words("an update may set it to anybody", "수정으로 누구에게나 넘길 수 있음"))),
        collections(plan.collections.length),
      );
    },
  },
  {
    id: "HF-AZ-007",
    area: "access",
    severity: "low",
    kind: "data",
    title: words("No role or operator lies unused", "쓰이지 않는 역할이나 운영자가 없습니다"),
    expected: words(`used by a rule; signed in within ${UNUSED_DAYS} days`, `규칙에 쓰임, ${UNUSED_DAYS}일 안에 로그인`),
    fix: words("Take the role out of the plan; remove the operator.", "설정에서 역할을 빼고 운영자를 제거하세요."),
    standards: { asvs: ["8.2.1", "8.1.1"], owasp: ["A01"], cwe: [272], hipaa: ["164.308(a)(4)"] },
    run({ plan, accounts, now }) {
      const named = new Set(plan.collections.flatMap(rulesOf).flatMap(rolesIn));
      const roles = plan.roles.filter((role) => !named.has(role));
      const asleep = accounts.operators.filter(({ lastSignInAt, createdAt }) => days(now - (lastSignInAt ?? createdAt)) >= UNUSED_DAYS);
      return unlessAny(
        [
          ...roles.map((role) => problem(role, words("no rule names this role", "이 역할을 쓰는 규칙이 없음"))),
          ...(asleep.length === 0
            ? []
            : [problem("operators", words(`${asleep.length} have not signed in`, `운영자 ${asleep.length}명이 로그인하지 않음`))]),
        ],
        words(
          `${plan.roles.length} roles, ${accounts.operators.length} operators`,
          `역할 ${plan.roles.length}개, 운영자 ${accounts.operators.length}명`,
        ),
      );
    },
  },
  {
    id: "HF-AZ-008",
    area: "access",
    severity: "critical",
    kind: "code",
    title: words("No tenant reaches rows of another", "한 테넌트가 다른 테넌트의 행에 닿지 못합니다"),
    expected: words("no grant passes a row of another tenant", "다른 테넌트의 행을 통과시키는 권한 없음"),
    fix: words("Report it: rules of the plan cannot switch this off.", "신고해 주세요. 설정의 규칙으로는 끌 수 없는 보호입니다."),
    standards: { asvs: ["8.4.1"], owasp: ["A01"], cwe: [639], gdpr: ["32(1)(b)"] },
    run({ plan, access }) {
      const shared = plan.collections.filter(({ tenant }) => tenant);
      if (shared.length === 0) return notApplicable(words("no collection has tenants", "테넌트를 쓰는 컬렉션 없음"));
      return unlessAny(
        access.crossTenant.map(({ collection, who, action }) =>
          problem(`${collection} ${action}`, words(`open to ${who}`, `${who}에게 열림`)),
        ),
        words(`${shared.length} collections tried with two tenants`, `컬렉션 ${shared.length}개를 두 테넌트로 시험`),
      );
    },
  },
  {
    id: "HF-AZ-009",
    area: "access",
    severity: "medium",
    kind: "data",
    title: words("There are few operators, and one at least", "운영자는 적게, 한 명 이상입니다"),
    expected: words(`1 to ${OPERATORS_MAX}`, `1~${OPERATORS_MAX}명`),
    fix: words(
      "Remove those who no longer operate; add one with holdfast operator add.",
      "더 이상 운영하지 않는 사람을 빼고, holdfast operator add로 추가하세요.",
    ),
    standards: { asvs: ["8.2.1"], owasp: ["A01"], cwe: [250], hipaa: ["164.308(a)(3)"] },
    run({ accounts, house, now }) {
      const count = accounts.operators.length;
      const isYoung = days(now - house.firstStartAt) < OPERATOR_GRACE_DAYS;
      return unless(count > OPERATORS_MAX || (count === 0 && !isYoung), same(String(count)));
    },
  },
  {
    id: "HF-AZ-011",
    area: "access",
    severity: "low",
    kind: "config",
    title: words("No unique rule tells that a value exists", "고유 규칙이 값의 존재를 드러내지 않습니다"),
    expected: words("unique within the owner or tenant", "소유자나 테넌트 안에서만 고유"),
    fix: words(
      "Add the owner to the unique fields, or waive this with the reason.",
      "고유 필드에 소유자를 더하거나 이유를 적어 예외로 두세요.",
    ),
    standards: { asvs: ["8.2.2"], owasp: ["A01"], cwe: [203] },
    run: ({ plan }) =>
      unlessAny(
        plan.collections.flatMap(({ name, uniques }) =>
          uniques
            .filter(({ reveals }) => reveals)
            .map(({ fields }) =>
              problem(`${name} (${fields.join(", ")})`, words("a refusal tells that it is taken", "거부가 존재를 알려 줌")),
            ),
        ),
        collections(plan.collections.length),
      ),
  },
  {
    id: "HF-AZ-012",
    area: "access",
    severity: "medium",
    kind: "config",
    title: words("Rules say what they mean", "규칙이 뜻한 대로 적혀 있습니다"),
    expected: words("no rule that is allowed and probably not meant", "허용되지만 의도와 다를 규칙 없음"),
    fix: words("Mend the rule as the sentence says.", "문장이 말하는 대로 규칙을 고치세요."),
    standards: { asvs: ["8.3.1"], owasp: ["A06"], cwe: [863] },
    run: ({ access }) =>
      unlessAny(
        access.advice.map(({ place, sentence }) => problem(place, same(sentence))),
        words("nothing to advise", "권고 사항 없음"),
      ),
  },
  {
    id: "HF-AZ-013",
    area: "access",
    severity: "critical",
    kind: "probe",
    title: words("Strangers get no rows over the wire", "낯선 사람은 실제로 행을 받지 못합니다"),
    expected: words("4xx, unless the plan says public", "설정이 공개라고 하지 않는 한 4xx"),
    fix: words("Report it: the rules say no and the server answered.", "신고해 주세요. 규칙은 금지인데 서버가 응답했습니다."),
    standards: { asvs: ["8.2.1", "8.3.1", "9.1.1"], owasp: ["A01"], cwe: [306, 862] },
    run({ listener, access }) {
      const open = Object.entries(listener.withoutKey).filter(([, { status }]) => status < 400);
      const seen = Object.entries(listener.withAppKey).filter(([name, { status }]) => {
        return status < 400 && rowOf(access, ANONYMOUS, name)?.read === "none";
      });
      const forged = listener.forgedToken.status === 401 ? [] : [problem("forged token", same(String(listener.forgedToken.status)))];
      return unlessAny(
        [
          ...open.map(([name, { status }]) => problem(name, words(`without a key: ${status}`, `키 없이: ${status}`))),
          ...seen.map(([name, { status }]) => problem(name, words(`without an account: ${status}`, `계정 없이: ${status}`))),
          ...forged,
        ],
        words(`${Object.keys(listener.withoutKey).length} collections tried`, `컬렉션 ${Object.keys(listener.withoutKey).length}개 시험`),
      );
    },
  },
];
