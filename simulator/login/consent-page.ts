/** The consent page, without script: who am I, what do I share, yes or no. */
import { html } from "hono/html";
import { ACCOUNTS } from "../accounts.ts";
import { type Html, page } from "../pages/layout.ts";
import { person } from "../pages/person.ts";
import type { AuthorizeRefusal, AuthorizeRequest } from "./request.ts";
import { SCOPES } from "./scopes.ts";

/** `lastHandle` was chosen in this browser before and is chosen again. */
export const consentPage = (
  query: URLSearchParams,
  request: AuthorizeRequest,
  lastHandle: string | undefined,
): Html => {
  const chosen = lastHandle ?? ACCOUNTS[0]?.handle;
  return page(
    "Authorize",
    "narrow",
    html`
<div class="mark" aria-hidden="true">T</div>
<h1>Etica Pro CRM wants to access your TikTok account</h1>
<p class="quiet">You return to <bdi dir="ltr">${new URL(request.redirectUri).host}</bdi> afterwards.</p>
<form method="post" action="/v2/auth/authorize/?${query.toString()}">
<h2 id="who">Continue as</h2>
<div class="card accounts" role="radiogroup" aria-labelledby="who">
${ACCOUNTS.map(
  (account) => html`<label>
<input type="radio" name="account" value="${account.handle}" ${account.handle === chosen ? "checked" : ""} required>
${person(account)}
</label>`,
)}
</div>
<h2>It will be able to</h2>
<div class="card scopes">
${request.scopes.map(
  (scope) => html`<label>
<input type="checkbox" name="scope" value="${scope}" checked>
<span>${SCOPES[scope]}<br><span class="quiet"><bdi dir="ltr">${scope}</bdi></span></span>
</label>`,
)}
</div>
<div class="decide">
<button name="decision" value="deny" formnovalidate>Deny</button>
<button class="primary" name="decision" value="allow">Continue</button>
</div>
</form>
<p class="quiet lead">You can remove this access at any time in your settings.</p>`,
  );
};

export const refusalPage = ({ parameter, why }: AuthorizeRefusal): Html =>
  page(
    "Something went wrong",
    "narrow",
    html`
<div class="mark" aria-hidden="true">T</div>
<h1>Something went wrong</h1>
<p>We couldn’t log in with TikTok. This may be due to specific app settings.</p>
<p>If you’re a developer, correct the following and try again:</p>
<p><code>${parameter}</code> ${why}</p>`,
  );
