import { Download, ScrollText } from "lucide";
import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { AuditEntry } from "../../../domain/audit.ts";
import { RETENTION_DAYS } from "../../../domain/retention.ts";
import { exportAudit, listAudit, type Page, verifyAudit } from "../../api.ts";
import { asApiError } from "../../http.ts";
import { saveFile } from "../../save-file.ts";
import { type Resource, useResource } from "../../state/resource.ts";
import { can, me } from "../../state/session.ts";
import { toast } from "../../state/toasts.ts";
import { useMore } from "../../state/use-more.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Menu } from "../../ui/Menu.tsx";
import { ErrorState } from "../../ui/Notice.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { SkeletonBlock } from "../../ui/Skeleton.tsx";
import { AUDIT_FILTERS, AuditFilters, type Chosen } from "./AuditFilters.tsx";
import { AuditList } from "./AuditList.tsx";
import { AuditVerdict } from "./AuditVerdict.tsx";
import { actorName, targetName } from "./audit-words.ts";
import "./settings.css";
import "./audit.css";

const PATH = "/app/settings/audit";
const DAY_MS = 86_400_000;

/** What the API is asked: days count back from the end of today. */
function queryOf({ days, ...chosen }: Chosen): Record<string, string> {
  const many = Number(days);
  if (!Number.isInteger(many) || many < 1) return chosen;
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  return { ...chosen, from: new Date(today - (many - 1) * DAY_MS).toISOString() };
}

/** Who did what to which record, in plain sentences, and whether the log is whole. */
export default function Audit() {
  const { query, route } = useLocation();
  const chosen: Chosen = {};
  for (const filter of AUDIT_FILTERS) if (query[filter]) chosen[filter] = query[filter];
  const asked = queryOf(chosen);
  const allowed = can("audit.see");
  const entries = useResource(allowed ? JSON.stringify(asked) : null, (signal) => listAudit(asked, signal));
  const verdict = useResource(allowed ? "verdict" : null, verifyAudit);
  const change = (next: Chosen) => {
    const search = new URLSearchParams(next);
    route(`${PATH}${search.size ? `?${search}` : ""}`, true);
  };
  return (
    <>
      <PageHeader title="Audit log" actions={allowed ? <Export asked={asked} /> : null} />
      <div class="settings">
        {allowed ? (
          <>
            <p class="settings-lead">
              What people, programs and creators did here, kept for {RETENTION_DAYS.auditEvents} days. No entry is
              changed or removed unseen, and none holds a secret or a creator's personal details.
            </p>
            <AuditVerdict verdict={verdict} />
            <AuditFilters
              chosen={chosen}
              named={(id) => namedIn(entries.value.value?.items ?? [], id)}
              onChange={change}
            />
            <Entries
              entries={entries}
              asked={asked}
              narrowed={Object.keys(chosen).length > 0}
              onNarrow={(filter) => change({ ...chosen, ...filter })}
              onClear={() => change({})}
            />
          </>
        ) : (
          <Closed />
        )}
      </div>
    </>
  );
}

/** What the entries that are shown call an id. */
function namedIn(entries: readonly AuditEntry[], id: string): string | null {
  for (const { actor, target } of entries) {
    if (target.id === id) return targetName(target);
    if (actor.id === id) return actorName(actor);
  }
  return null;
}

interface EntriesProps {
  entries: Resource<Page<AuditEntry>>;
  asked: Record<string, string>;
  narrowed: boolean;
  onNarrow: (filter: Chosen) => void;
  onClear: () => void;
}

function Entries({ entries, asked, narrowed, onNarrow, onClear }: EntriesProps) {
  const first = entries.value.value;
  const error = entries.error.value;
  const more = useMore(first, (cursor) => listAudit({ ...asked, cursor }));
  if (!first)
    return error ? (
      <ErrorState title="Could not load the audit log" error={error} onRetry={entries.reload} />
    ) : (
      <SkeletonBlock height="rows" />
    );
  if (first.items.length === 0)
    return narrowed ? (
      <EmptyState
        icon={ScrollText}
        title="Nothing like that was done"
        actions={<Button onClick={onClear}>Clear all</Button>}
      >
        No entry fits these filters.
      </EmptyState>
    ) : (
      <EmptyState icon={ScrollText} title="Nothing was done yet">
        Sign-ins, changes and exports appear here as they happen.
      </EmptyState>
    );
  return (
    <>
      {error ? <ErrorState title="Could not load the audit log anew" error={error} onRetry={entries.reload} /> : null}
      <AuditList entries={[...first.items, ...more.items]} onNarrow={onNarrow} />
      {more.nextCursor ? (
        <Button look="ghost" busy={more.busy} onClick={more.load}>
          Show older
        </Button>
      ) : null}
      {more.error ? <ErrorState title="Could not load older entries" error={more.error} onRetry={more.load} /> : null}
    </>
  );
}

/** As the list is narrowed, the file is. */
function Export({ asked }: { asked: Record<string, string> }) {
  const [busy, setBusy] = useState(false);
  const save = async (format: "csv" | "jsonl") => {
    setBusy(true);
    try {
      saveFile(await exportAudit(format, asked), `audit-${new Date().toISOString().slice(0, 10)}.${format}`);
    } catch (thrown) {
      const { code, detail } = asApiError(thrown);
      // Whoever closed the question for a proof knows why nothing happens.
      if (code !== "step_up_required") toast("error", `The audit log was not exported. ${detail}`);
    }
    setBusy(false);
  };
  return (
    <Menu
      label="Export"
      align="end"
      entries={[
        { kind: "action", label: "CSV, for a spreadsheet", onSelect: () => void save("csv") },
        { kind: "action", label: "JSON Lines, for a program", onSelect: () => void save("jsonl") },
      ]}
      trigger={(trigger) => (
        <Button {...trigger} icon={Download} busy={busy}>
          Export
        </Button>
      )}
    />
  );
}

/** Also while it is not known who is signed in: then nothing is said yet. */
const Closed = () =>
  me.value ? (
    <EmptyState icon={ScrollText} title="The audit log is not open to your role">
      An owner or admin of your agency reads it.
    </EmptyState>
  ) : (
    <SkeletonBlock height="rows" />
  );
