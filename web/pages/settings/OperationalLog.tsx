import { Download, ScrollText } from "lucide";
import { useState } from "preact/hooks";
import { RETENTION_DAYS } from "../../../domain/retention.ts";
import { readLog } from "../../api.ts";
import { type ApiError, asApiError } from "../../http.ts";
import { saveFile } from "../../save-file.ts";
import { can, me } from "../../state/session.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Field } from "../../ui/Field.tsx";
import { ErrorState } from "../../ui/Notice.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { SkeletonBlock } from "../../ui/Skeleton.tsx";
import "./settings.css";

const DAY_MS = 86_400_000;
/** As the server cuts days: in UTC. */
const dayBefore = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);

/** The owner's way to a day of the operational log: a file, since it is read with other tools than this one. */
export default function OperationalLog() {
  return (
    <>
      <PageHeader title="Operational log" />
      <div class="settings">{can("log.read") ? <DayOfLog /> : <Closed />}</div>
    </>
  );
}

function DayOfLog() {
  const [day, setDay] = useState(() => dayBefore(0));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const download = async () => {
    setBusy(true);
    setError(null);
    try {
      saveFile(await readLog(day), `log-${day}.jsonl`);
    } catch (thrown) {
      setError(asApiError(thrown));
    }
    setBusy(false);
  };
  return (
    <>
      <p class="settings-lead">
        One line for each request of your agency's people and programs, and for what went wrong on our side: time,
        route, status, IP address, browser and ids. No names, no mail addresses, nothing that anybody wrote. Lines are
        kept {RETENTION_DAYS.operationalLogs} days; the newest come after some seconds.
      </p>
      <form
        class="settings-form"
        onSubmit={(event) => {
          event.preventDefault();
          void download();
        }}
      >
        <Field
          label="Day"
          hint="In UTC"
          type="date"
          name="day"
          min={dayBefore(RETENTION_DAYS.operationalLogs)}
          max={dayBefore(0)}
          value={day}
          onValue={setDay}
        />
        <div>
          <Button type="submit" look="ink" icon={Download} busy={busy} disabled={day === ""}>
            Download
          </Button>
        </div>
      </form>
      {error ? <ErrorState title="Could not get that day's log" error={error} /> : null}
    </>
  );
}

/** Also while it is not known who is signed in: then nothing is said yet. */
const Closed = () =>
  me.value ? (
    <EmptyState icon={ScrollText} title="The operational log is not open to your role">
      The owner of your agency reads it.
    </EmptyState>
  ) : (
    <SkeletonBlock height="rows" />
  );
