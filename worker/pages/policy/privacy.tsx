import type { Lang } from "../lang.ts";
import { PolicyDocument } from "./document.tsx";
import { COLLECTION } from "./privacy-collection.tsx";
import { CONTROL } from "./privacy-control.tsx";
import { PRIVACY_UPDATED_AT, PRIVACY_VERSION } from "./versions.ts";

/**
 * The privacy policy. Its numbers come from `domain/retention.ts` and its field table from
 * `domain/tiktok-fields.ts`, which the code runs on: the two cannot drift.
 */
export const PrivacyPage = ({ lang }: { lang: Lang }) => (
  <PolicyDocument
    lang={lang}
    title="Privacy policy"
    description="What Etica Pro CRM collects, what for, how long it is kept, and how to have it deleted."
    version={PRIVACY_VERSION}
    updatedAt={PRIVACY_UPDATED_AT}
    path="/privacy"
    intro={
      <p>
        Etica Pro CRM is a workspace for agencies that look after TikTok creators, run by Etica Production in Dubai at
        crm.eticaproduction.com. This text says which personal data it handles, whether you gave it to us, it came about
        while you used the service, or TikTok passed it on because you connected your account.
      </p>
    }
    sections={[...COLLECTION, ...CONTROL]}
  />
);
