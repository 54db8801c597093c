import { BCRYPT_COST, MINIMUM_AGE_YEARS, RETENTION_DAYS } from "../../../domain/retention.ts";
import { wordsOf } from "../words/words.ts";
import type { PolicySection } from "./document.tsx";
import { ConnectedApps, Mail } from "./links.tsx";
import { RetentionTable } from "./tables.tsx";

const { days } = wordsOf("en");

/** What happens to it, and what anybody can do about it: the second half. */
export const CONTROL: readonly PolicySection[] = [
  {
    id: "retention",
    title: "How long we keep it",
    body: (
      <>
        <p>
          An agency's own records last as long as its subscription, and TikTok data as long as the connection. These are
          the limits that the software itself enforces:
        </p>
        <RetentionTable />
        <p>
          Deleting is not instant everywhere. The bytes of a deleted row may linger in our platform's point-in-time
          recovery for up to {days(RETENTION_DAYS.tiktokAfterDisconnect)}, and in a backup for up to{" "}
          {days(RETENTION_DAYS.backups)}. Nobody works with either, and if one is ever restored, every deletion made
          since is carried out again.
        </p>
      </>
    ),
  },
  {
    id: "deletion",
    title: "Three ways to have TikTok data deleted",
    body: (
      <>
        <ol>
          <li>
            <strong>Here.</strong> Press Disconnect: a creator on their personal page, an agency on the creator's
            record. We ask TikTok at once to withdraw the access, hide the data at once and delete it.
          </li>
          <li>
            <strong>At TikTok.</strong> Remove us at <ConnectedApps />. We learn of it from TikTok or at the next sync,
            and delete within {days(RETENTION_DAYS.tiktokAfterDisconnect)}.
          </li>
          <li>
            <strong>By mail.</strong> Write to <Mail to="privacy@etica.app" />. You have an answer within{" "}
            {days(RETENTION_DAYS.dataRequest)}.
          </li>
        </ol>
        <p>
          Deleted are the connection and its tokens, the profile, the videos, the daily counts, the LIVE sessions and
          whatever was computed from them. A certificate with counts and a date remains as proof; it says nothing about
          you.
        </p>
      </>
    ),
  },
  {
    id: "security",
    title: "How it is protected",
    body: (
      <ul>
        <li>
          Databases are ours alone to reach: only signed-in server processes, each with no more rights than it needs.
        </li>
        <li>
          TikTok tokens are sealed with AES-256-GCM under a key that stays on the server. They are opened in memory for
          the length of a call to TikTok, and no browser ever gets one.
        </li>
        <li>Passwords are bcrypt hashes of cost {BCRYPT_COST}.</li>
        <li>Every query is confined to one agency, by the way the software is built.</li>
        <li>Everything between you and us travels over TLS.</li>
        <li>Sensitive actions are written to an audit log that shows if anybody altered it.</li>
      </ul>
    ),
  },
  {
    id: "rights",
    title: "Your rights",
    body: (
      <>
        <p>You may at any time</p>
        <ul>
          <li>see what we hold about you, have it corrected or have it deleted;</li>
          <li>take back your consent to a connection, which also removes what it brought;</li>
          <li>get the data that you put in as a file;</li>
          <li>complain to the data-protection authority where you live.</li>
        </ul>
        <p>
          Write to <Mail to="privacy@etica.app" />; we answer within {days(RETENTION_DAYS.dataRequest)}. If an agency
          wrote the record, we pass your request to it and see that it is answered.
        </p>
      </>
    ),
  },
  {
    id: "children",
    title: "Children",
    body: (
      <p>
        This is a tool for agencies and the people who work there. It is not meant for anybody under {MINIMUM_AGE_YEARS}
        , and we do not knowingly hold data of a child. If you think that we do, tell us, and it will be deleted.
      </p>
    ),
  },
  {
    id: "cookies",
    title: "Cookies",
    body: (
      <p>
        Only those without which signing in would not work, and one that ties a visit to TikTok to your browser. Local
        storage remembers how you like things to look: theme, language, columns. No advertising, no tracking from site
        to site.
      </p>
    ),
  },
  {
    id: "tiktok",
    title: "About TikTok in particular",
    body: (
      <ul>
        <li>
          We follow TikTok's developer policies: data is used for what the creator authorized and for nothing else.
        </li>
        <li>It is not sold or rented, not used for ads, not used to profile anybody, and not fed to AI models.</li>
        <li>
          We request the four permissions of <a href="#tiktok-data">the table above</a>. All of them only read.
        </li>
        <li>
          A creator can end our access any day, here or at <ConnectedApps />, and everything that came from TikTok is
          then deleted within {days(RETENTION_DAYS.tiktokAfterDisconnect)}.
        </li>
      </ul>
    ),
  },
  {
    id: "changes",
    title: "When this text changes",
    body: (
      <p>
        The date at the top changes with it. Of a change that matters we tell you {days(RETENTION_DAYS.policyNotice)} or
        more before it applies, in the app or by email. Earlier versions stay available on request.
      </p>
    ),
  },
  {
    id: "contact",
    title: "How to reach us",
    body: (
      <p>
        <Mail to="privacy@etica.app" /> for anything about personal data, or <Mail to="hello@eticaproduction.com" />.
        Etica Production, Dubai, United Arab Emirates.
      </p>
    ),
  },
];
