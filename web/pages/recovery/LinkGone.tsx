import { LinkButton } from "../../ui/Button.tsx";
import { SignedOutPage } from "../sign-in/SignedOutPage.tsx";

/** A link that ran out, was used, was voided by a newer one, or is not whole. */
export const LinkGone = ({ next }: { next: "forgot" | "account" }) => (
  <SignedOutPage
    title="This link does nothing any more"
    lead="It has run out, was used already, or a newer one took its place."
    foot={<a href="/app/sign-in">Back to signing in</a>}
  >
    <div class="door-form">
      {next === "forgot" ? (
        <LinkButton look="ink" href="/app/forgot" wide>
          Ask for a new one
        </LinkButton>
      ) : (
        <LinkButton look="ink" href="/app/settings/account" wide>
          Go to your account
        </LinkButton>
      )}
    </div>
  </SignedOutPage>
);
