/** GET /: what this is, who is LIVE, and the buttons of a demonstration. */
import { Hono } from "hono";
import { html } from "hono/html";
import { ACCOUNTS, type Account } from "../accounts.ts";
import { countsAt } from "../display/counts.ts";
import { RECORDINGS } from "../live/recording.ts";
import { type Room, STATUS } from "../live/room.ts";
import type { Simulation, SimulatorEnv } from "../simulation.ts";
import { REMOVAL_REASONS } from "../webhooks.ts";
import { type Html, page } from "./layout.ts";
import { person } from "./person.ts";

const number = new Intl.NumberFormat("en");

const button = (action: string, label: string, fields: Record<string, string> = {}, look = ""): Html =>
  html`<form method="post" action="/_control/${action}">
${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button class="${look}">${label}</button></form>`;

const runningRoom = (room: Room): Html => {
  const act = (name: string) => `rooms/${room.roomId}/${name}`;
  const pause = room.status === STATUS.paused ? button(act("resume"), "Resume") : button(act("pause"), "Pause");
  return html`${pause}${button(act("cut"), "Cut sockets")}${button(act("silence"), "Fall silent")}${button(act("end"), "End LIVE")}`;
};

const startRoom = ({ handle }: Account): Html => html`${button("rooms", "Go LIVE", { kind: "synthetic", handle })}
<form method="post" action="/_control/rooms">
<input type="hidden" name="kind" value="recording"><input type="hidden" name="handle" value="${handle}">
<select name="file" aria-label="Recording">${RECORDINGS.map((file) => html`<option>${file}</option>`)}</select>
<select name="speed" aria-label="Speed"><option value="1">as recorded</option><option value="10">10 ×</option><option value="max">at once</option></select>
<button>Play</button></form>`;

const removal = ({ handle }: Account): Html => html`<form method="post" action="/_control/accounts/${handle}/remove">
<select name="reason" aria-label="Reason">${Object.entries(REMOVAL_REASONS).map(
  ([reason, words]) => html`<option value="${reason}" ${reason === "1" ? "selected" : ""}>${words}</option>`,
)}</select><button class="danger">Remove the app</button></form>`;

const row = (account: Account, room: Room | undefined, now: number): Html => {
  const live = room !== undefined && room.status !== STATUS.ended ? room : undefined;
  const audience = live?.source.audience();
  return html`<tr>
<td>${person(account)}</td>
<td class="number">${number.format(countsAt(account, now).followers)}</td>
<td>${
    live
      ? html`<span class="live">${live.status === STATUS.paused ? "Paused" : "LIVE"}</span>
<div class="quiet">${number.format(audience?.viewers ?? 0)} viewers<br>${number.format(live.viewers.size)} sockets</div>`
      : html`<span class="quiet">Offline</span>`
  }</td>
<td><div class="actions">${live ? runningRoom(live) : startRoom(account)}</div></td>
<td><div class="actions">${removal(account)}</div></td>
</tr>`;
};

export const indexRoutes = ({ rooms, options, clock, mailbox, settings }: Simulation): Hono<SimulatorEnv> => {
  const app = new Hono<SimulatorEnv>();
  app.get("/", (c) => {
    const now = clock();
    const live = (account: Account): boolean =>
      (rooms.byHandle(account.handle)?.status ?? STATUS.ended) !== STATUS.ended;
    const accounts = ACCOUNTS.toSorted((a, b) => Number(live(b)) - Number(live(a)));
    return c.html(
      page(
        "TikTok simulator",
        "wide",
        html`<h1>TikTok simulator</h1>
<p>Login Kit, Display API, webhooks and LIVE on <bdi dir="ltr">${options.origin}</bdi>, for an app that has no TikTok keys yet.
Accounts are invented, their numbers grow by the clock, and nothing is kept after it stops.</p>
<p class="actions"><a class="button" href="/mailbox">Mailbox (${mailbox.list().length})</a> <a class="button" href="/_control/log">Requests</a>
<a class="button" href="/_control/webhooks">Webhooks</a> <a class="button" href="/_control/rooms">Rooms</a></p>
<p class="quiet">Access tokens live ${number.format(settings.accessSeconds)} s, refresh tokens ${number.format(settings.refreshSeconds)} s, ${number.format(settings.rateLimit)} requests a minute and endpoint.
Webhooks go to <bdi dir="ltr">${options.webhookUrl ?? "nobody"}</bdi>.</p>
<h2>Accounts</h2>
<div class="card scroll"><table>
<thead><tr><th>Account</th><th class="number">Followers</th><th>LIVE</th><th>Do</th><th>Authorization</th></tr></thead>
<tbody>${accounts.map((account) => row(account, rooms.byHandle(account.handle), now))}</tbody>
</table></div>`,
      ),
    );
  });
  return app;
};
