import type { Template } from "../template.ts";

/** Notice: a deletion that waited was taken back. */
export const accountStays: Template = {
  en: ({ app, at }) => ({
    subject: `Your account at ${app} is not deleted`,
    blocks: [
      `The deletion of your account at ${app} was taken back at ${at}. Everything is as it was.`,
      "If it was not you, change your password, and ask for the deletion again.",
    ],
  }),
  ko: ({ app, at }) => ({
    subject: `${app} 계정 삭제가 취소되었습니다`,
    blocks: [
      `${at}에 ${app} 계정의 삭제가 취소되었습니다. 모든 것이 그대로입니다.`,
      "본인이 하지 않으셨다면 비밀번호를 바꾸고 삭제를 다시 요청해 주세요.",
    ],
  }),
};
