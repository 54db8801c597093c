import { useLocation } from "preact-iso";
import { registerSchema } from "../../../domain/records/account.ts";
import { REGION_NAMES, REGIONS } from "../../../domain/regions.ts";
import { register } from "../../api.ts";
import { Button } from "../../ui/Button.tsx";
import { classes } from "../../ui/classes.ts";
import { Field } from "../../ui/Field.tsx";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";
import { errorsOf } from "../../ui/form/schema-errors.ts";
import { useForm } from "../../ui/form/use-form.ts";
import { NewPasswordField } from "./NewPasswordField.tsx";
import { SignedOutPage } from "./SignedOutPage.tsx";

type Name = "agency" | "region" | "name" | "email" | "password";

export default function Register() {
  const { route } = useLocation();
  const form = useForm<Name>({
    initial: { agency: "", region: "eu", name: "", email: "", password: "" },
    validate: (values) => errorsOf(registerSchema, values),
    async submit(values) {
      await register(registerSchema.parse(values));
      route("/app/creators", true);
    },
    fieldOf: { email_taken: "email" },
  });
  return (
    <SignedOutPage
      title="Register an agency"
      lead={
        <>
          Already registered?{" "}
          <a class="link" href="/app/sign-in">
            Sign in
          </a>
        </>
      }
      foot={
        <span>
          By registering you accept the <a href="/terms">terms</a> and the data-processing agreement in them. The{" "}
          <a href="/privacy">privacy policy</a> says what is kept, and for how long.
        </span>
      }
    >
      <form class="door-form" noValidate onSubmit={form.onSubmit}>
        {form.refusal ? (
          <FormRefusal
            title={form.refusal.status === 429 ? "Too many tries" : "The agency was not registered"}
            error={form.refusal}
          />
        ) : null}
        <Field label="Agency" autocomplete="organization" {...form.bind("agency")} />
        <RegionChoice value={form.values.region} onValue={(region) => form.set("region", region)} />
        <Field label="Your name" autocomplete="name" {...form.bind("name")} />
        <Field label="E-mail" type="email" autocomplete="email" dir="ltr" {...form.bind("email")} />
        <NewPasswordField
          about={[form.values.agency, form.values.name, form.values.email]}
          {...form.bind("password")}
        />
        <Button look="ink" type="submit" wide busy={form.busy}>
          Register
        </Button>
      </form>
    </SignedOutPage>
  );
}

/** Where the agency's data lives: chosen once, so each choice says what it means. */
const RegionChoice = ({ value, onValue }: { value: string; onValue: (region: string) => void }) => (
  <fieldset class="region">
    <legend class="field-label">Region, which cannot be changed later</legend>
    {REGIONS.map((region) => (
      <label key={region} class={classes("region-choice", region === value && "region-chosen")}>
        <input type="radio" name="region" value={region} checked={region === value} onChange={() => onValue(region)} />
        <span>
          <span class="region-name">{REGION_NAMES[region].name}</span>
          <span class="region-where">{REGION_NAMES[region].where}</span>
        </span>
      </label>
    ))}
  </fieldset>
);
