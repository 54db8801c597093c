import { MailX } from "lucide";
import { useLocation, useRoute } from "preact-iso";
import { type InvitationOffer, invitationAcceptSchema } from "../../../domain/records/member.ts";
import { acceptInvitation, readOffer } from "../../api.ts";
import { day } from "../../format.ts";
import type { ApiError } from "../../http.ts";
import { useResource } from "../../state/resource.ts";
import { Button, LinkButton } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Field } from "../../ui/Field.tsx";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";
import { errorsOf } from "../../ui/form/schema-errors.ts";
import { useForm } from "../../ui/form/use-form.ts";
import { ErrorState } from "../../ui/Notice.tsx";
import { SkeletonBlock } from "../../ui/Skeleton.tsx";
import { ROLE_MEANS, ROLE_WORDS } from "../../words.ts";
import { forgetEverything } from "../shell/forget.ts";
import { NewPasswordField } from "../sign-in/NewPasswordField.tsx";
import { SignedOutPage } from "../sign-in/SignedOutPage.tsx";

/** Who invites and to what; a name and a password say yes. Looking uses nothing up. */
export default function Invitation() {
  const { token = "" } = useRoute().params;
  const offer = useResource(token, (signal) => readOffer(token, signal));
  const found = offer.value.value;
  const error = offer.error.value;
  if (found) return <Offer token={token} offer={found} />;
  return (
    <SignedOutPage title="Invitation" lead={null} foot={null}>
      <div class="door-form">
        {error ? <NoOffer error={error} onRetry={offer.reload} /> : <SkeletonBlock height="rows" />}
      </div>
    </SignedOutPage>
  );
}

/** A link that is over says so; anything else may be tried again. */
const NoOffer = ({ error, onRetry }: { error: ApiError; onRetry: () => void }) =>
  error.status === 410 || error.status === 404 ? (
    <EmptyState
      icon={MailX}
      title={error.status === 410 ? "This invitation is over" : "There is no such invitation"}
      actions={<LinkButton href="/app/sign-in">Sign in</LinkButton>}
    >
      {error.detail}
    </EmptyState>
  ) : (
    <ErrorState title="Could not open the invitation" error={error} onRetry={onRetry} />
  );

type Name = "name" | "password";

function Offer({ token, offer }: { token: string; offer: InvitationOffer }) {
  const { route } = useLocation();
  const form = useForm<Name>({
    initial: { name: "", password: "" },
    validate: (values) => errorsOf(invitationAcceptSchema, values),
    async submit(values) {
      await acceptInvitation(token, invitationAcceptSchema.parse(values));
      // Somebody else may have been signed in at this browser.
      forgetEverything();
      route("/app/creators", true);
    },
  });
  return (
    <SignedOutPage
      title={`Join ${offer.agency}`}
      lead={
        <>
          {offer.invitedBy} invites you as <strong>{ROLE_WORDS[offer.role].toLowerCase()}</strong>
          {offer.team ? ` in the team ${offer.team}` : ""}. {ROLE_MEANS[offer.role]}.
        </>
      }
      foot={
        <span>
          The invitation is good until {day(offer.expiresAt)}. The <a href="/privacy">privacy policy</a> says what is
          kept of you, and for how long.
        </span>
      }
    >
      <form class="door-form" noValidate onSubmit={form.onSubmit}>
        {form.refusal ? (
          <FormRefusal
            title={form.refusal.status === 429 ? "Too many tries" : "You did not join"}
            error={form.refusal}
          />
        ) : null}
        <Field
          label="E-mail"
          value={offer.email}
          onValue={() => {}}
          readonly
          dir="ltr"
          autocomplete="email"
          hint="You sign in with this address"
        />
        <Field label="Your name" autocomplete="name" {...form.bind("name")} />
        <NewPasswordField about={[offer.agency, offer.email, form.values.name]} {...form.bind("password")} />
        <Button look="ink" type="submit" wide busy={form.busy}>
          Join
        </Button>
      </form>
    </SignedOutPage>
  );
}
