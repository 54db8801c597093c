import { MINIMUM_AGE_YEARS, RETENTION_DAYS } from "../../../domain/retention.ts";
import type { Lang } from "../lang.ts";
import { wordsOf } from "../words/words.ts";
import { PolicyDocument, type PolicySection } from "./document.tsx";
import { TERMS_UPDATED_AT, TERMS_VERSION } from "./versions.ts";

const { days } = wordsOf("en");

const SECTIONS: readonly PolicySection[] = [
  {
    id: "agreement",
    title: "Who agrees to what",
    body: (
      <p>
        These terms hold between Etica Production ("we") and the agency that registers ("you"). Whoever registers
        confirms that they may bind the agency. The service is for businesses, not for consumers.
      </p>
    ),
  },
  {
    id: "service",
    title: "The service",
    body: (
      <p>
        You get a workspace for your creators, their TikTok figures and your work with them. Figures are as good as
        their source: each says where it came from, how old it is and how much was seen. TikTok may change or limit what
        it hands out; we do not answer for that, and we say so where it shows.
      </p>
    ),
  },
  {
    id: "duties",
    title: "What you take care of",
    body: (
      <ul>
        <li>
          Invite only creators you work with, who are {MINIMUM_AGE_YEARS} or older, and do not press them to agree.
        </li>
        <li>Have a lawful basis for the records that you write yourself.</li>
        <li>Give each member an account of their own, and remove it when they leave.</li>
        <li>
          Use what comes from TikTok for your work with that creator, never for advertising, resale or AI training.
        </li>
        <li>Do not probe, overload or get around the limits of the service.</li>
      </ul>
    ),
  },
  {
    id: "processing",
    title: "Processing agreement",
    body: (
      <>
        <p>
          For the records in your workspace you are the controller and we are your processor. This section is the
          agreement that data-protection law asks for.
        </p>
        <ul>
          <li>
            We process those records on your documented instructions, which are these terms and what you do in the
            service, for as long as the account lasts.
          </li>
          <li>Everybody on our side who can reach them is bound to secrecy.</li>
          <li>
            We protect them as the <a href="/privacy#security">privacy policy</a> describes.
          </li>
          <li>
            Sub-processors are bound likewise. We announce a new one {days(RETENTION_DAYS.policyNotice)} ahead, and you
            may object.
          </li>
          <li>We help you to answer people who use their rights, and report a breach to you without undue delay.</li>
          <li>
            After closure we delete the records within {days(RETENTION_DAYS.recordsAfterClosure)} and give you proof.
            You can export them before.
          </li>
          <li>On request we show you what you need to check all this.</li>
        </ul>
        <p>
          For creators' connections the creator decides. If a creator disconnects, what came from TikTok goes, whatever
          you would prefer.
        </p>
      </>
    ),
  },
  {
    id: "content",
    title: "Whose is what",
    body: <p>Your records stay yours. The software stays ours. Neither gets more than is needed to run the service.</p>,
  },
  {
    id: "ending",
    title: "Ending it",
    body: (
      <p>
        The owner can close the account at any time; it turns read-only at once, and can be reopened until deletion
        starts. We may suspend an account that breaks these terms or endangers others, after a warning wherever that is
        possible.
      </p>
    ),
  },
  {
    id: "liability",
    title: "Liability",
    body: (
      <p>
        We answer without limit for intent, gross negligence and wherever the law allows no limit; otherwise for
        typical, foreseeable damage up to what you paid in the twelve months before. LIVE figures and estimates are no
        accounts: TikTok's own statement decides what anybody is paid.
      </p>
    ),
  },
  {
    id: "changes",
    title: "Changes and law",
    body: (
      <p>
        We announce material changes {days(RETENTION_DAYS.policyNotice)} ahead; if you disagree, you can close the
        account before they apply. The law of the United Arab Emirates as applied in Dubai governs, and its courts
        decide, as far as no mandatory law says otherwise. Questions:{" "}
        <a href="mailto:hello@eticaproduction.com">hello@eticaproduction.com</a>.
      </p>
    ),
  },
];

/** Plain terms between the operator and an agency, with the processing agreement inside. */
export const TermsPage = ({ lang }: { lang: Lang }) => (
  <PolicyDocument
    lang={lang}
    title="Terms"
    description="The terms between Etica Production and the agencies that use Etica Pro CRM."
    version={TERMS_VERSION}
    updatedAt={TERMS_UPDATED_AT}
    path="/terms"
    intro={
      <p>
        Short on purpose. What happens with personal data stands in the{" "}
        <a href={`/privacy?lang=${lang}`}>privacy policy</a>.
      </p>
    }
    sections={SECTIONS}
  />
);
