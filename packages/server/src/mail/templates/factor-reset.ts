import type { Template } from "../template.ts";

/** Notice: an administrator says that the second factor is lost, and it will be removed unless its owner says no. */
export const factorReset: Template = {
  en: ({ app, until }) => ({
    subject: `The second factor of your account at ${app} will be removed`,
    blocks: [
      `The people who run ${app} were told that you have lost your second factor. It will be removed at ${until}; until then it works as before.`,
      "If you asked for this, there is nothing to do: after that time you sign in with your password and add a new factor.",
      `If you did not ask for it, sign in with your second factor before that time: that stops it. Then change your password, and tell the people who run ${app}.`,
    ],
  }),
  ko: ({ app, until }) => ({
    subject: `${app} 계정의 2단계 인증이 삭제될 예정입니다`,
    blocks: [
      `${app} 운영자가 2단계 인증 수단을 분실하셨다는 연락을 받았습니다. 인증 수단은 ${until}에 삭제되며, 그때까지는 그대로 쓸 수 있습니다.`,
      "직접 요청하셨다면 하실 일은 없습니다. 그 시각 이후 비밀번호로 로그인해 새 인증 수단을 추가해 주세요.",
      `요청하신 적이 없다면 그 전에 2단계 인증으로 로그인해 주세요. 그러면 삭제가 취소됩니다. 그런 다음 비밀번호를 바꾸고 ${app} 운영자에게 알려 주세요.`,
    ],
  }),
};
