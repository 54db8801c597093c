import { TriangleAlert } from "lucide";
import { useId } from "preact/hooks";
import { SUBSCRIBED_TYPES } from "../../../../domain/webhook-events.ts";
import { Field } from "../../../ui/Field.tsx";
import type { Form } from "../../../ui/form/use-form.ts";
import { Icon } from "../../../ui/Icon.tsx";
import { EVENT_WORDS } from "./webhook-words.ts";

/** `events` are names with commas between. */
export type WebhookField = "url" | "events";

export const toEvents = (chosen: string): string[] => chosen.split(",").filter((type) => type !== "");

/** What a form's values come to, for the schema to judge. */
export const toWrite = ({ url, events }: Record<WebhookField, string>) => ({ url, events: toEvents(events) });

/** Where to, and what of. */
export const WebhookFields = ({ form }: { form: Form<WebhookField> }) => (
  <>
    <Field
      label="Address"
      type="url"
      autocomplete="off"
      spellcheck={false}
      dir="ltr"
      placeholder="https://hooks.example.com/etica"
      hint="A server of yours on the public Internet, with https"
      {...form.bind("url")}
    />
    <Events form={form} />
  </>
);

function Events({ form }: { form: Form<WebhookField> }) {
  const id = useId();
  const { value, error, onValue } = form.bind("events");
  const chosen = toEvents(value);
  const all = chosen.length === SUBSCRIBED_TYPES.length;
  const choose = (types: readonly string[]) =>
    onValue(SUBSCRIBED_TYPES.filter((type) => types.includes(type)).join(","));
  return (
    <fieldset class="webhook-events" aria-describedby={error ? `${id}-error` : undefined}>
      <legend class="field-label">
        Events
        <button type="button" class="link webhook-all" onClick={() => choose(all ? [] : SUBSCRIBED_TYPES)}>
          {all ? "Choose none" : "Choose all"}
        </button>
      </legend>
      <div class="webhook-choices">
        {SUBSCRIBED_TYPES.map((type) => (
          <label key={type} class="webhook-choice" title={type}>
            <input
              type="checkbox"
              name="events"
              checked={chosen.includes(type)}
              onChange={(event) =>
                choose(event.currentTarget.checked ? [...chosen, type] : chosen.filter((other) => other !== type))
              }
            />
            {EVENT_WORDS[type]}
          </label>
        ))}
      </div>
      {error ? (
        <div id={`${id}-error`} class="field-note field-error">
          <Icon icon={TriangleAlert} size={12} />
          <span>{error}</span>
        </div>
      ) : null}
    </fieldset>
  );
}
