import { useState } from "preact/hooks";
import type { EmailConfirmed } from "../../../domain/records/account.ts";
import { confirmEmail } from "../../api.ts";
import { loadSession, me } from "../../state/session.ts";
import { Button, LinkButton } from "../../ui/Button.tsx";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";
import { useForm } from "../../ui/form/use-form.ts";
import { SignedOutPage } from "../sign-in/SignedOutPage.tsx";
import { LinkGone } from "./LinkGone.tsx";
import { mailToken } from "./mail-token.ts";

const DONE: Record<EmailConfirmed["outcome"], { title: string; text: string }> = {
  verified: { title: "Your address is confirmed", text: "You can get back into your account by it." },
  waiting: {
    title: "Half of it is done",
    text: "The other address has a mail with a link of its own. The account moves once that one is confirmed too.",
  },
  changed: { title: "Your account has moved", text: "Sign in with the new address from now on." },
};

/** Where a mail's link to confirm an address leads. A press confirms, not the visit: programs visit links too. */
export default function Confirm() {
  const [token] = useState(mailToken);
  const [confirmed, setConfirmed] = useState<EmailConfirmed | null>(null);
  const form = useForm({
    initial: {},
    validate: () => ({}),
    async submit() {
      setConfirmed(await confirmEmail(token));
      if (me.peek()) void loadSession();
    },
  });
  if (token === "" || form.refusal?.code === "link_gone") return <LinkGone next="account" />;
  const foot = <a href="/privacy">Privacy policy</a>;
  if (confirmed) {
    const { title, text } = DONE[confirmed.outcome];
    return (
      <SignedOutPage title={title} lead={<bdi dir="ltr">{confirmed.email}</bdi>} foot={foot}>
        <div class="door-done" role="status">
          <p>{text}</p>
        </div>
        <div class="door-form">
          <LinkButton look="ink" href="/app/creators" wide>
            Go to the app
          </LinkButton>
        </div>
      </SignedOutPage>
    );
  }
  return (
    <SignedOutPage
      title="Confirm your e-mail address"
      lead="One press, and we know that this mailbox is yours."
      foot={foot}
    >
      <form class="door-form" onSubmit={form.onSubmit}>
        {form.refusal ? <FormRefusal title="Nothing was confirmed" error={form.refusal} /> : null}
        <Button look="ink" type="submit" wide busy={form.busy}>
          Confirm
        </Button>
      </form>
    </SignedOutPage>
  );
}
