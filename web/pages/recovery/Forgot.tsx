import { useState } from "preact/hooks";
import { forgotSchema } from "../../../domain/records/account.ts";
import { forgotPassword } from "../../api.ts";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";
import { errorsOf } from "../../ui/form/schema-errors.ts";
import { useForm } from "../../ui/form/use-form.ts";
import { SignedOutPage } from "../sign-in/SignedOutPage.tsx";

/** Asks for a link to a new password. Whether there is an account it cannot tell, so it does not. */
export default function Forgot() {
  const [sentTo, setSentTo] = useState<string | null>(null);
  const form = useForm({
    initial: { email: "" },
    validate: ({ email }) =>
      email.trim() ? errorsOf(forgotSchema, { email }) : { email: "Write the e-mail address of your account" },
    async submit({ email }) {
      await forgotPassword(email.trim());
      setSentTo(email.trim());
    },
  });
  return (
    <SignedOutPage
      title={sentTo ? "Look at your mails" : "Forgot the password"}
      lead={
        sentTo ? (
          <>
            For <bdi dir="ltr">{sentTo}</bdi>.
          </>
        ) : (
          "We mail you a link to choose a new one."
        )
      }
      foot={<a href="/app/sign-in">Back to signing in</a>}
    >
      {sentTo ? (
        <div class="door-done" role="status">
          <p>If this address has an account, a link is on its way. It works once, within 30 minutes.</p>
          <p class="quiet">
            Nothing there? Look among the unwanted mails, or{" "}
            <button type="button" class="link" onClick={() => setSentTo(null)}>
              try another address
            </button>
            .
          </p>
        </div>
      ) : (
        <form class="door-form" noValidate onSubmit={form.onSubmit}>
          {form.refusal ? <FormRefusal title="No link was asked for" error={form.refusal} /> : null}
          <Field label="E-mail" type="email" autocomplete="email" dir="ltr" {...form.bind("email")} />
          <Button look="ink" type="submit" wide busy={form.busy}>
            Send the link
          </Button>
        </form>
      )}
    </SignedOutPage>
  );
}
