import type { Field } from "../../model/index.ts";
import type { Check } from "../contract.ts";
import { problem, same, unless, unlessAny, words } from "../words.ts";

const OTHERS_MAY = 0o077;
/** Parts of names that people give to fields about a person, in two languages. */
const PERSONAL_WORDS =
  /(^|_)(first_?name|last_?name|full_?name|surname|e?mail|phone|mobile|birth|birthday|dob|ssn|national_?id|passport|street|postcode|zip|iban|diagnosis|religion|gender|salary|ip_?address)(_|$)|이름|성명|전화|주민|여권|주소|생년|이메일|계좌|진단/i;
const SECRET_WORDS = /(^|_)(password|passwd|secret|token|api_?key|private_?key|card_?number|cvv|cvc|pin)(_|$)|비밀번호|카드번호/i;

const isText = ({ kind }: Field): boolean => kind === "text" || kind === "json" || kind === "dateTime" || kind === "integer";

export const DATA_CHECKS: readonly Check[] = [
  {
    id: "HF-DT-001",
    area: "data",
    severity: "medium",
    kind: "config",
    title: words("Fields that look personal are marked personal", "개인정보로 보이는 필드에 표시가 있습니다"),
    expected: words("personal: true, and secrets encrypted", "personal: true, 비밀은 암호화"),
    fix: words(
      "Mark the field personal, or encrypt it; rename it where it is neither.",
      "personal로 표시하거나 암호화하세요. 둘 다 아니면 이름을 바꾸세요.",
    ),
    standards: { asvs: ["14.1.1", "14.2.4"], owasp: ["A06"], cwe: [359], gdpr: ["25", "30"] },
    run({ plan }) {
      const fields = plan.collections.flatMap(({ name, fields: own }) =>
        own.filter((field) => !field.system && isText(field)).map((field) => ({ place: `${name}.${field.name}`, field })),
      );
      const unmarked = fields.filter(({ field }) => !field.personal && PERSONAL_WORDS.test(field.name));
      const bare = fields.filter(({ field }) => field.secrecy === "plain" && SECRET_WORDS.test(field.name));
      return unlessAny(
        [
          ...unmarked.map(({ place }) => problem(place, words("not marked personal", "personal 표시 없음"))),
          ...bare.map(({ place }) => problem(place, words("looks like a secret and is not encrypted", "비밀로 보이는데 암호화되지 않음"))),
        ],
        words(`${fields.length} fields looked at`, `필드 ${fields.length}개 확인`),
      );
    },
  },
  {
    id: "HF-DT-003",
    area: "data",
    severity: "high",
    kind: "data",
    title: words("Who asked to be erased has been erased", "삭제를 요청한 사람의 데이터가 지워졌습니다"),
    expected: words("within two days after the grace", "유예 기간 후 이틀 안"),
    fix: words(
      "Look for erasure.failed in the trail, then holdfast subject erase.",
      "기록에서 erasure.failed를 찾아보고 holdfast subject erase를 실행하세요.",
    ),
    standards: { asvs: ["14.2.7"], owasp: ["A06"], cwe: [459], gdpr: ["17", "5(1)(e)"] },
    run: ({ accounts: { overdueErasures } }) =>
      unless(overdueErasures > 0, words(`${overdueErasures} overdue`, `지연 ${overdueErasures}건`)),
  },
  {
    id: "HF-DT-005",
    area: "data",
    severity: "critical",
    kind: "data",
    title: words("The database is whole", "데이터베이스가 온전합니다"),
    expected: words("its integrity check passes", "무결성 검사 통과"),
    fix: words(
      "Keep this folder as it is, and restore the newest backup into another.",
      "이 폴더는 그대로 두고 최신 백업을 다른 폴더에 복원하세요.",
    ),
    standards: { asvs: ["11.3.3"], owasp: ["A08"], cwe: [354], gdpr: ["5(1)(f)"], hipaa: ["164.312(c)"] },
    run: ({ damage }) =>
      unlessAny(
        damage.map((sentence, at) => problem(`damage ${at + 1}`, same(sentence))),
        words("whole", "온전함"),
      ),
  },
  {
    id: "HF-DT-006",
    area: "data",
    severity: "high",
    kind: "data",
    title: words("The data folder is its owner's alone", "데이터 폴더는 소유자만 접근할 수 있습니다"),
    expected: same("0700, 0600"),
    fix: words(
      "chmod -R go= the data folder, and chown it to the user of the server.",
      "데이터 폴더를 chmod -R go= 하고 서버 사용자로 chown 하세요.",
    ),
    standards: { asvs: ["13.2.2"], owasp: ["A02"], cwe: [276, 732], hipaa: ["164.312(a)"] },
    run({ places: { files } }) {
      const open = files.filter(({ mode, mine, path }) => (mode & OTHERS_MAY) !== 0 || !mine || path === "");
      return unlessAny(
        open.map(({ path, mode, mine }) => problem(path, same(`${mode.toString(8).padStart(4, "0")}${mine ? "" : ", another owner"}`))),
        words(`${files.length} files and folders`, `파일과 폴더 ${files.length}개`),
      );
    },
  },
];
