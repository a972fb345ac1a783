import type { Template } from "../template.ts";

/** One half of a change of address: both the old and the new one must agree. */
export const emailChange: Template = {
  en: ({ app, code, url, until }) => ({
    subject: `Confirm the change of your address at ${app}`,
    blocks: [
      `The address of an account at ${app} is to be changed, from or to this one. It is changed only when both addresses agree. To agree, type this code:`,
      { code },
      "or open this page and agree there:",
      { link: url, label: "Agree to the change" },
      `Both work until ${until}, once.`,
      "If you did not ask for this, do not use them: the address then stays as it is. Change your password if this is your account.",
    ],
  }),
  ko: ({ app, code, url, until }) => ({
    subject: `${app} 이메일 주소 변경 확인`,
    blocks: [
      `${app} 계정의 이메일 주소를 이 주소에서, 또는 이 주소로 바꾸려고 합니다. 두 주소가 모두 동의해야 바뀝니다. 동의하려면 다음 코드를 입력해 주세요.`,
      { code },
      "또는 다음 페이지를 열어 동의해 주세요.",
      { link: url, label: "변경에 동의하기" },
      `코드와 링크는 ${until}까지 한 번만 쓸 수 있습니다.`,
      "요청하신 적이 없다면 사용하지 마세요. 그러면 주소는 그대로입니다. 본인 계정이라면 비밀번호를 바꿔 주세요.",
    ],
  }),
};
