import type { Template } from "../template.ts";

/** Notice: a recovery code stood in for the second factor. */
export const recoveryCodeUsed: Template = {
  en: ({ app, at }) => ({
    subject: `A recovery code of your account at ${app} was used`,
    blocks: [
      `Somebody signed in to your account at ${app} at ${at} with one of its recovery codes in place of the second factor. That code works no more.`,
      "If it was you, and the factor is lost, remove it and add a new one. If it was not you, sign in at once, end the other sessions, make new recovery codes, and change your password.",
    ],
  }),
  ko: ({ app, at }) => ({
    subject: `${app} 복구 코드가 사용되었습니다`,
    blocks: [
      `${at}에 2단계 인증 대신 복구 코드로 ${app} 계정에 로그인했습니다. 사용된 코드는 더 이상 쓸 수 없습니다.`,
      "본인이 하셨고 인증 수단을 잃어버리셨다면 그 수단을 삭제하고 새로 추가해 주세요. 본인이 아니라면 곧바로 로그인해 다른 세션을 종료하고, 복구 코드를 새로 만들고, 비밀번호를 바꿔 주세요.",
    ],
  }),
};
