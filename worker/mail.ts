/** Mail of the account stream, as the features send it. */
export { sendAccountMail as sendMail } from "../platform/mail/account-mail.ts";
