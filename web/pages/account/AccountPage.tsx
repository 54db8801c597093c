import { listSignedIn } from "../../api.ts";
import { useResource } from "../../state/resource.ts";
import { me, needsSecondFactor } from "../../state/session.ts";
import { Notice } from "../../ui/Notice.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Section, SectionHead } from "../../ui/Section.tsx";
import { SkeletonBlock } from "../../ui/Skeleton.tsx";
import { OwnDataSection } from "./OwnDataSection.tsx";
import { PasswordRow } from "./PasswordRow.tsx";
import { ProfileSection } from "./ProfileSection.tsx";
import { SecondFactorRow } from "./SecondFactorRow.tsx";
import { SessionsSection } from "./SessionsSection.tsx";
import "./account.css";

/** A person's own: name and address, how they sign in, and where they are. */
export default function AccountPage() {
  const signed = me.value;
  const locked = needsSecondFactor.value;
  const sessions = useResource(signed && !locked ? "sessions" : null, listSignedIn);
  return (
    <>
      <PageHeader title="Your account" />
      <div class="account">
        {signed ? (
          <>
            {locked ? (
              <Notice meaning="warning" title="Your agency asks everybody for a second factor">
                Set yours up: the rest of the app opens after that.
              </Notice>
            ) : (
              <ProfileSection me={signed} />
            )}
            <Section>
              <SectionHead title="How you sign in" />
              <div class="account-rows">
                {locked ? null : <PasswordRow onChanged={sessions.reload} />}
                <SecondFactorRow me={signed} />
              </div>
            </Section>
            {locked ? null : <SessionsSection sessions={sessions} />}
            {locked ? null : <OwnDataSection me={signed} />}
          </>
        ) : (
          <SkeletonBlock height="rows" />
        )}
      </div>
    </>
  );
}
