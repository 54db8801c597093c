import { RETENTION_DAYS, type Retained } from "../../../domain/retention.ts";
import { TIKTOK_FIELDS, TIKTOK_SCOPES, type TiktokScope } from "../../../domain/tiktok-fields.ts";
import { wordsOf } from "../words/words.ts";

const { days } = wordsOf("en");

const PURPOSES: Record<TiktokScope, string> = {
  "user.info.basic": "To know which account was connected, and to show its name and picture to the agency.",
  "user.info.profile": "To fill in the profile card: the handle and the bio.",
  "user.info.stats": "To show the four counts and how the follower count moves from day to day.",
  "video.list": "To list recent public videos with their numbers and work out the engagement rate over them.",
};

/** Every scope, every field and its purpose, from the constant that the requests themselves are built of. */
export const FieldTable = () => (
  <section class="scroll" tabindex={0} aria-label="What is read from TikTok">
    <table>
      <thead>
        <tr>
          <th scope="col">Permission</th>
          <th scope="col">Fields, by TikTok's names</th>
          <th scope="col">What for</th>
        </tr>
      </thead>
      <tbody>
        {TIKTOK_SCOPES.map((scope) => (
          <tr>
            <th scope="row">
              <code>{scope}</code>
            </th>
            <td>
              {TIKTOK_FIELDS[scope].map((field, index) => (
                <>
                  {index === 0 ? null : ", "}
                  <code>{field}</code>
                </>
              ))}
            </td>
            <td>{PURPOSES[scope]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);

/** What is kept how long. Every number that the code enforces has its row; a test says so. */
const KEPT: readonly (readonly [what: Retained, text: string])[] = [
  [
    "tiktokAfterDisconnect",
    "What came from TikTok, after a disconnection: removed straight away, and this is the last day on which any could be left",
  ],
  ["expiredConnection", "What came from TikTok, when a connection ran out and nobody renewed it"],
  ["liveMinutes", "LIVE figures by the minute; after that only by the hour"],
  [
    "recordsAfterClosure",
    "An agency's records, after it closes its account: deleted or made anonymous, unless a law says otherwise",
  ],
  ["operationalLogs", "Operational logs: time, route, IP address, browser, internal ids"],
  ["auditEvents", "The audit log of sensitive actions"],
  ["deletionCertificates", "Deletion certificates: opaque ids, counts and a date, no personal data"],
  ["backups", "A backup, before the next one takes its place"],
  ["trash", "Records that an agency moved to its trash"],
  ["mergeUndo", "What is needed to undo a merge of two records"],
  ["importUndo", "What is needed to undo an import"],
  ["exportFile", "A file that somebody exported"],
  ["webhookDeliveries", "What was sent to an agency's own webhooks: internal ids and the agency's own fields"],
  ["connectInvite", "A link that invites a creator to connect"],
  ["memberInvitation", "A link that invites a colleague"],
  ["policyNotice", "Notice that you get before a material change of this text"],
  ["dataRequest", "The time in which we answer a request about personal data"],
];

export const RetentionTable = () => (
  <table>
    <thead>
      <tr>
        <th scope="col">What</th>
        <th scope="col" class="amount">
          At most
        </th>
      </tr>
    </thead>
    <tbody>
      {KEPT.map(([what, text]) => (
        <tr>
          <td>{text}</td>
          <td class="amount">{days(RETENTION_DAYS[what])}</td>
        </tr>
      ))}
    </tbody>
  </table>
);
