import type { Template } from "../template.ts";

/** Tells the owner of an account that somebody tried to sign up with its address, which the one who tried is not told. */
export const alreadyRegistered: Template = {
  en: ({ app }) => ({
    subject: `You already have an account at ${app}`,
    blocks: [
      `Somebody, perhaps you, tried to sign up for ${app} with this address. There is an account with it already, so nothing was changed.`,
      "If it was you, sign in instead, or recover the account if the password is lost. If it was not, there is nothing to do.",
    ],
  }),
  ko: ({ app }) => ({
    subject: `${app} 계정이 이미 있습니다`,
    blocks: [
      `이 주소로 ${app} 가입 시도가 있었습니다. 이 주소의 계정이 이미 있으므로 바뀐 것은 없습니다.`,
      "본인이 하셨다면 로그인하시고, 비밀번호를 잊으셨다면 계정을 복구해 주세요. 본인이 아니라면 하실 일은 없습니다.",
    ],
  }),
};
