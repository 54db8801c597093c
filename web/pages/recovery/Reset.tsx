import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { resetSchema } from "../../../domain/records/account.ts";
import { resetPassword } from "../../api.ts";
import { toast } from "../../state/toasts.ts";
import { Button } from "../../ui/Button.tsx";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";
import { errorsOf } from "../../ui/form/schema-errors.ts";
import { useForm } from "../../ui/form/use-form.ts";
import { forgetEverything } from "../shell/forget.ts";
import { NewPasswordField } from "../sign-in/NewPasswordField.tsx";
import { SignedOutPage } from "../sign-in/SignedOutPage.tsx";
import { LinkGone } from "./LinkGone.tsx";
import { mailToken } from "./mail-token.ts";

/** Where a link from a mail leads: a new password, and then signing in with it. */
export default function Reset() {
  const { route } = useLocation();
  const [token] = useState(mailToken);
  const form = useForm({
    initial: { password: "" },
    validate: ({ password }) => errorsOf(resetSchema, { token, password }),
    async submit({ password }) {
      await resetPassword({ token, password });
      // Every session has ended, this browser's too.
      forgetEverything();
      route("/app/sign-in", true);
      toast("done", "Your new password is set. Sign in with it.");
    },
  });
  if (token === "" || form.refusal?.code === "link_gone") return <LinkGone next="forgot" />;
  return (
    <SignedOutPage
      title="Choose a new password"
      lead="Every browser is signed out with it, this one too."
      foot={<a href="/app/sign-in">Back to signing in</a>}
    >
      <form class="door-form" noValidate onSubmit={form.onSubmit}>
        {form.refusal ? <FormRefusal title="The password was not changed" error={form.refusal} /> : null}
        <NewPasswordField label="New password" about={[]} {...form.bind("password")} />
        <Button look="ink" type="submit" wide busy={form.busy}>
          Set the password
        </Button>
      </form>
    </SignedOutPage>
  );
}
