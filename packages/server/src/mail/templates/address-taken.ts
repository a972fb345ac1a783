import type { Template } from "../template.ts";

/** Tells the owner of an account that somebody wanted its address for another account. */
export const addressTaken: Template = {
  en: ({ app }) => ({
    subject: `Your address was asked for at ${app}`,
    blocks: [
      `Somebody, perhaps you, asked to use this address for another account at ${app}. You have an account with it already, so nothing was changed and there is nothing to do.`,
    ],
  }),
  ko: ({ app }) => ({
    subject: `${app}에서 내 주소를 쓰려는 요청`,
    blocks: [
      `${app}의 다른 계정에 이 주소를 쓰려는 요청이 있었습니다. 이 주소의 계정이 이미 있으므로 바뀐 것은 없으며, 하실 일도 없습니다.`,
    ],
  }),
};
