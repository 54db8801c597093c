import { expect, test } from "vitest";
import { Browser, ORIGIN, PASSWORD, simulator, unique } from "../../helpers/workerd/agency.ts";
import { inviteMember } from "../../helpers/workerd/members.ts";

interface Sent {
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** The invitation that somebody gets from an agency and an owner of these names. */
async function invitedBy(agency: string, name: string): Promise<Sent> {
  const browser = new Browser();
  const owner = { region: "eu", email: `owner.${unique()}@agency.example`, password: PASSWORD };
  await browser.api("POST", "/auth/register", { agency, name, ...owner });
  const email = `invited.${unique()}@agency.example`;
  await inviteMember(browser, { email, role: "viewer" });
  const { mails } = await simulator<{ mails: Sent[] }>("GET", "/mails");
  const mail = mails.find(({ to }) => to === email);
  if (!mail) throw new Error("Nothing was mailed");
  return mail;
}

const tags = (html: string): string[] => [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag);

test("a name that looks like markup or an attribute is text in a mail", async () => {
  const { html } = await invitedBy(`<img src=x onerror=alert(1)>`, `https://evil.example/"onmouseover="alert(1)`);
  for (const tag of tags(html)) expect(tag).toMatch(/^<(p|\/p|br|\/a|a href="http:\/\/localhost:8787\/[\w./#-]*")>$/);
  expect(html).toContain("&lt;img src=x onerror=alert(1)&gt;");
  expect(html).toContain("&quot;onmouseover=&quot;");
});

test("a name that looks like an address is no link: a mail of ours links to us alone", async () => {
  const { html, text } = await invitedBy(
    "https://evil.example/sign-in",
    `${ORIGIN}.evil.example/app http://localhost:8787@evil.example/`,
  );
  expect(text).toContain("https://evil.example/sign-in");
  const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, href = ""]) => new URL(href).origin);
  expect(links.length).toBeGreaterThan(0);
  expect(new Set(links)).toEqual(new Set([ORIGIN]));
});

test("a name with a line's end begins no header of a mail", async () => {
  const { subject, to } = await invitedBy("Nine\r\nBcc: everybody@evil.example", "Olga\nX-Injected: 1\u0000\u0085");
  expect(subject).not.toMatch(/\p{Cc}/u);
  expect(subject).toContain("Nine Bcc: everybody@evil.example");
  expect(to).not.toContain("evil");
});
