import type { Template } from "../template.ts";

/** Notice: the account is being deleted. Without a moment until which it can be taken back, it is deleted at once. */
export const accountLeaving: Template = {
  en: ({ app, at, until }) => ({
    subject: until === "" ? `Your account at ${app} was deleted` : `Your account at ${app} will be deleted`,
    blocks: [
      `The deletion of your account at ${app} was asked for at ${at}. All its sessions have ended.`,
      until === ""
        ? "All that is kept of it is being erased now."
        : `All that is kept of it is erased at ${until}. If you asked for it and change your mind, sign in with your password before that time.`,
      `If you did not ask for it, ${until === "" ? "" : "sign in, change your password, and "}tell the people who run ${app} at once.`,
    ],
  }),
  ko: ({ app, at, until }) => ({
    subject: until === "" ? `${app} 계정이 삭제되었습니다` : `${app} 계정이 삭제될 예정입니다`,
    blocks: [
      `${at}에 ${app} 계정의 삭제가 요청되었습니다. 모든 세션이 종료되었습니다.`,
      until === ""
        ? "보관된 모든 데이터를 지금 삭제하고 있습니다."
        : `보관된 모든 데이터는 ${until}에 삭제됩니다. 직접 요청하셨지만 마음이 바뀌셨다면 그 전에 비밀번호로 로그인해 주세요.`,
      until === ""
        ? `요청하신 적이 없다면 곧바로 ${app} 운영자에게 알려 주세요.`
        : `요청하신 적이 없다면 로그인해 비밀번호를 바꾸고 곧바로 ${app} 운영자에게 알려 주세요.`,
    ],
  }),
};
