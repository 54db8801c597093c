import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { signIn } from "../../api.ts";
import { asApiError } from "../../http.ts";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";
import { useForm } from "../../ui/form/use-form.ts";
import { CodeField } from "./CodeField.tsx";
import { nextPath } from "./next.ts";
import { PasswordField } from "./PasswordField.tsx";
import { SignedOutPage } from "./SignedOutPage.tsx";

/** Address and password, then, for whoever has a second factor, its code. */
export default function SignIn() {
  const { query, route } = useLocation();
  const [asksCode, setAsksCode] = useState(false);
  const form = useForm<"email" | "password" | "totp">({
    initial: { email: "", password: "", totp: "" },
    validate: ({ email, password, totp }) => ({
      ...(email.trim() ? {} : { email: "Write the e-mail address of your account" }),
      ...(password ? {} : { password: "Write your password" }),
      ...(asksCode && !totp.trim() ? { totp: "Write the code" } : {}),
    }),
    async submit({ email, password, totp }) {
      try {
        await signIn({ email: email.trim(), password, ...(asksCode ? { totp } : {}) });
      } catch (thrown) {
        if (asApiError(thrown).code !== "totp_required") throw thrown;
        setAsksCode(true);
        return;
      }
      route(nextPath(query.next), true);
    },
    fieldOf: { totp_invalid: "totp" },
  });
  const again = () => {
    form.set("totp", "");
    setAsksCode(false);
  };
  const refusal = form.refusal ? (
    <FormRefusal
      title={form.refusal.status === 429 ? "Too many tries" : "You are not signed in"}
      error={form.refusal}
    />
  ) : null;
  return (
    <SignedOutPage
      title={asksCode ? "Enter your code" : "Sign in"}
      lead={
        asksCode ? (
          <>
            For <bdi dir="ltr">{form.values.email.trim()}</bdi>.{" "}
            <button type="button" class="link" onClick={again}>
              Somebody else
            </button>
          </>
        ) : (
          <>
            New here?{" "}
            <a class="link" href="/app/register">
              Register an agency
            </a>
          </>
        )
      }
      foot={
        <>
          <a href="/privacy">Privacy policy</a>
          <a href="/terms">Terms</a>
        </>
      }
    >
      <form class="door-form" noValidate onSubmit={form.onSubmit}>
        {refusal}
        {asksCode ? (
          <CodeField {...form.bind("totp")} />
        ) : (
          <>
            <Field label="E-mail" type="email" autocomplete="email" dir="ltr" {...form.bind("email")} />
            <PasswordField autocomplete="current-password" {...form.bind("password")} />
            <a class="link" href="/app/forgot">
              Forgot the password?
            </a>
          </>
        )}
        <Button look="ink" type="submit" wide busy={form.busy}>
          Sign in
        </Button>
      </form>
    </SignedOutPage>
  );
}
