import type { PolicySection } from "./document.tsx";
import { FieldTable } from "./tables.tsx";

/** What is collected and from whom: the first half of the policy. */
export const COLLECTION: readonly PolicySection[] = [
  {
    id: "who",
    title: "Whom this concerns",
    body: (
      <ul>
        <li>
          <strong>Agency staff.</strong> Owners and employees of an agency that subscribes. They have an account, with
          an email address and a password, and use it to look after the creators they work with.
        </li>
        <li>
          <strong>Creators.</strong> People with a TikTok account of their own whom an agency invited to connect it.
          They have no account here and do not work for us. Each has a personal page that shows what is stored.
        </li>
        <li>
          <strong>Visitors.</strong> Anybody who opens our public pages or the sign-in form without being signed in.
        </li>
      </ul>
    ),
  },
  {
    id: "collected",
    title: "What we collect",
    body: (
      <>
        <h3>From agency staff</h3>
        <p>
          Your name, your email address, the agency you belong to, and your password as a salted bcrypt hash. The
          password itself is never written down anywhere.
        </p>
        <h3>What an agency writes</h3>
        <p>
          Creators, companies, contacts, deals, tasks, notes, missions, broadcasts and the like. These records are the
          agency's. It decides what stands in them; we process them on its instructions and for nothing else.
        </p>
        <h3 id="tiktok-data">From TikTok, once a creator agreed</h3>
        <p>
          A creator connects through Login Kit, TikTok's own consent screen (OAuth 2.0 with PKCE). We then read what the
          creator granted there, and of that only this:
        </p>
        <FieldTable />
        <p>
          TikTok also issues an access token and a refresh token, with which the reading is done. Both are encrypted
          with AES-256-GCM before they are stored. We ask for no permission to upload, publish or change anything: no{" "}
          <code>video.upload</code>, no <code>video.publish</code>, no other that writes. There is no code that could.
        </p>
        <h3 id="live">From public LIVEs, as a separate choice</h3>
        <p>
          Diamonds, viewer counts and times of a creator's public LIVEs, for totals, hours and averages. Three things
          must all be true before any is read: the connection stands, the agency switched LIVE tracking on for this
          creator, and the creator ticked the separate box for it. Gifts are counted. Who sent them, or who watched, is
          never stored.
        </p>
        <h3>From everybody's browser</h3>
        <p>
          Time of a request, route, answer, IP address, browser identification and internal ids. Our logs hold no names,
          no email addresses, no contents and no secret links.
        </p>
      </>
    ),
  },
  {
    id: "use",
    title: "What we use it for",
    body: (
      <>
        <ul>
          <li>Running the service, keeping it working and making it better.</li>
          <li>Signing people in, and keeping out those who should not be.</li>
          <li>Bringing a connected account's figures up to date and showing them to its agency.</li>
          <li>Computing the agency's statistics, rankings and reports.</li>
          <li>Writing to you about your account or its security.</li>
          <li>Doing what a law obliges us to.</li>
        </ul>
        <p>
          We sell nobody's data. What comes from TikTok serves no advertising, trains no third party's AI model, and
          builds no picture of a person beyond the statistics that the agency sees here.
        </p>
      </>
    ),
  },
  {
    id: "bases",
    title: "Legal bases",
    body: (
      <>
        <p>Under the GDPR, where it applies, we rely on</p>
        <ul>
          <li>
            <strong>contract</strong>, to give a subscribing agency the service it signed up for;
          </li>
          <li>
            <strong>consent</strong>, for every TikTok connection, given on TikTok's screen before anything reaches us,
            and for LIVE figures by a box of its own;
          </li>
          <li>
            <strong>legitimate interest</strong>, in a service that is safe, free of abuse and improving;
          </li>
          <li>
            <strong>legal obligation</strong>, where a law makes us keep or hand over something.
          </li>
        </ul>
      </>
    ),
  },
  {
    id: "sharing",
    title: "Who else sees it",
    body: (
      <>
        <ul>
          <li>
            <strong>The agency</strong> that a record belongs to, each member as far as their role goes. No agency sees
            anything of another.
          </li>
          <li>
            <strong>Sub-processors</strong> that host the service, its databases and its mail, bound by contract to use
            data for that alone.
          </li>
          <li>
            <strong>Programs of the agency's own</strong>, by an API key or a webhook that it set up. A webhook carries
            internal ids and the agency's own fields, nothing that came from TikTok.
          </li>
          <li>
            <strong>Authorities</strong>, if a law compels us. We tell the person concerned whenever we are allowed to.
          </li>
          <li>
            <strong>A successor</strong>, should the business be merged or sold, who must keep what is promised here.
          </li>
        </ul>
        <p>
          Nothing that came from TikTok goes to a third party for any end but the features that the creator agreed to.
        </p>
      </>
    ),
  },
  {
    id: "transfers",
    title: "Across borders",
    body: (
      <p>
        We work from the United Arab Emirates. An agency chooses the region of its database when it registers; our
        sub-processors may process data in further countries. Where data crosses a border, lawful safeguards such as the
        standard contractual clauses go with it.
      </p>
    ),
  },
];
