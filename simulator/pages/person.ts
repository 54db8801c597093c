/** An account as every page shows it: picture, name, handle. */
import { html } from "hono/html";
import type { Account } from "../accounts.ts";
import type { Html } from "./layout.ts";

export const person = ({ handle, displayName }: Account): Html => html`<span class="who">
<img src="/avatar/${handle}.svg" width="32" height="32" alt="" loading="lazy">
<span><bdi>${displayName ?? "No name"}</bdi><small><bdi dir="ltr">@${handle}</bdi></small></span>
</span>`;
