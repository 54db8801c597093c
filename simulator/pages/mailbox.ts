/** POST /mail, where the app's mails arrive, and /mailbox, where a person reads them. */
import { Hono } from "hono";
import { html } from "hono/html";
import { readBody } from "../body.ts";
import { mailSchema } from "../mailbox.ts";
import type { Simulation, SimulatorEnv } from "../simulation.ts";
import { page } from "./layout.ts";

const timeOf = (at: number): string => new Date(at).toISOString().replace("T", " ").slice(0, 19);

/** Web addresses of a plain text become links; the template escapes the rest. */
const linked = (text: string) =>
  text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, index) => (index % 2 === 1 ? html`<a href="${part}">${part}</a>` : part));

export const mailboxRoutes = ({ mailbox }: Simulation): Hono<SimulatorEnv> => {
  const app = new Hono<SimulatorEnv>();

  app.post("/mail", async (c) => {
    const { id } = mailbox.add(await readBody(c, mailSchema));
    return c.json({ id }, 202);
  });

  app.get("/mailbox", (c) => {
    const mails = mailbox.list();
    const list = html`<div class="card scroll"><table>
<thead><tr><th>Subject</th><th>To</th><th>Stream</th><th class="number">At, UTC</th></tr></thead>
<tbody>${mails.map(
      (mail) => html`<tr>
<td><a href="/mailbox/${mail.id}"><bdi>${mail.subject}</bdi></a></td>
<td><bdi>${mail.to}</bdi></td><td>${mail.stream}</td><td class="number">${timeOf(mail.at)}</td>
</tr>`,
    )}</tbody></table></div>`;
    const empty = html`<p>No mail yet. What the app sends without a mail provider arrives here.</p>`;
    return c.html(
      page("Mailbox", "wide", html`<p><a href="/">Simulator</a></p><h1>Mailbox</h1>${mails.length > 0 ? list : empty}`),
    );
  });

  app.get("/mailbox/:id", (c) => {
    const mail = mailbox.find(c.req.param("id"));
    if (!mail) return c.notFound();
    // The mail's own HTML is shown without scripts, forms or a share in this page.
    const rendered = html`<h2>HTML</h2><div class="card"><iframe sandbox="allow-popups" title="The mail as HTML" srcdoc="${`<base target="_blank">${mail.html}`}"></iframe></div>`;
    return c.html(
      page(
        mail.subject,
        "wide",
        html`<p><a href="/mailbox">Mailbox</a></p>
<h1><bdi>${mail.subject}</bdi></h1>
<p class="quiet">From <bdi>${mail.from}</bdi> to <bdi>${mail.to}</bdi>, ${timeOf(mail.at)} UTC${mail.stream === "" ? "" : `, ${mail.stream}`}</p>
<h2>Text</h2><div class="card"><pre dir="auto">${linked(mail.text)}</pre></div>
${mail.html === "" ? "" : rendered}`,
      ),
    );
  });

  return app;
};
