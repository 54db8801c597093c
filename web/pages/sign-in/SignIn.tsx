import { useLocation } from "preact-iso";
import { signIn } from "../../api.ts";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";
import { useForm } from "../../ui/form/use-form.ts";
import { nextPath } from "./next.ts";
import { PasswordField } from "./PasswordField.tsx";
import { SignedOutPage } from "./SignedOutPage.tsx";

export default function SignIn() {
  const { query, route } = useLocation();
  const form = useForm({
    initial: { email: "", password: "" },
    validate: ({ email, password }) => ({
      ...(email.trim() ? {} : { email: "Write the e-mail address of your account" }),
      ...(password ? {} : { password: "Write your password" }),
    }),
    async submit({ email, password }) {
      await signIn({ email: email.trim(), password });
      route(nextPath(query.next), true);
    },
  });
  return (
    <SignedOutPage
      title="Sign in"
      lead={
        <>
          New here?{" "}
          <a class="link" href="/app/register">
            Register an agency
          </a>
        </>
      }
      foot={
        <>
          <a href="/privacy">Privacy policy</a>
          <a href="/terms">Terms</a>
        </>
      }
    >
      <form class="door-form" noValidate onSubmit={form.onSubmit}>
        {form.refusal ? (
          <FormRefusal
            title={form.refusal.status === 429 ? "Too many tries" : "You are not signed in"}
            error={form.refusal}
          />
        ) : null}
        <Field label="E-mail" type="email" autocomplete="email" dir="ltr" {...form.bind("email")} />
        <PasswordField autocomplete="current-password" {...form.bind("password")} />
        <Button look="ink" type="submit" wide busy={form.busy}>
          Sign in
        </Button>
      </form>
    </SignedOutPage>
  );
}
