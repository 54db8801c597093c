import { ChevronRight } from "lucide";
import type { AuditEntry } from "../../../domain/audit.ts";
import { deviceOf } from "../../../domain/device.ts";
import { clock, longDay } from "../../format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { RelativeTime } from "../../ui/RelativeTime.tsx";
import { actorName, deedOf, fieldName, spoken, targetName } from "./audit-words.ts";

interface AuditListProps {
  entries: readonly AuditEntry[];
  onNarrow: (filter: { actor: string } | { targetId: string }) => void;
}

/** A sentence an entry; what stands behind it opens below. */
export const AuditList = ({ entries, onNarrow }: AuditListProps) => (
  <ul class="audit" aria-label="Audit log">
    {entries.map((entry) => (
      <li key={entry.id}>
        <details class="audit-entry">
          <summary class="audit-line">
            <Icon icon={ChevronRight} size={14} class="audit-fold" mirrored />
            <span class="audit-sentence">
              <strong class="audit-who">{actorName(entry.actor)}</strong> {deedOf(entry)}
            </span>
            <span class="audit-time">
              <RelativeTime at={entry.at} />
            </span>
          </summary>
          <Behind entry={entry} onNarrow={onNarrow} />
        </details>
      </li>
    ))}
  </ul>
);

function Behind({ entry, onNarrow }: { entry: AuditEntry } & Pick<AuditListProps, "onNarrow">) {
  const { actor, target, changes, at, ip, agent, requestId, seq, hash } = entry;
  const actorId = actor.id;
  return (
    <div class="audit-behind">
      <dl class="audit-facts">
        {Object.entries(changes).map(([field, [was, is]]) => (
          <Fact key={field} name={fieldName(field)}>
            {was === null ? spoken(field, is) : `${spoken(field, was)} → ${spoken(field, is)}`}
          </Fact>
        ))}
        <Fact name="When">
          {longDay(at)}, {clock(at)}
        </Fact>
        {ip ? <Fact name="Address">{ip}</Fact> : null}
        {agent ? (
          <Fact name="Browser">
            <span title={agent}>{deviceOf(agent)}</span>
          </Fact>
        ) : null}
        {requestId ? <Fact name="Request">{requestId}</Fact> : null}
        <Fact name="Entry">
          {seq}, sealed {hash.slice(0, 16)}…
        </Fact>
      </dl>
      <p class="audit-narrow">
        {actorId ? (
          <button type="button" class="link" onClick={() => onNarrow({ actor: actorId })}>
            Only what {actorName(actor)} did
          </button>
        ) : null}
        <button type="button" class="link" onClick={() => onNarrow({ targetId: target.id })}>
          Only about {targetName(target)}
        </button>
      </p>
    </div>
  );
}

const Fact = ({ name, children }: { name: string; children: preact.ComponentChildren }) => (
  <div class="audit-fact">
    <dt>{name}</dt>
    <dd>
      <bdi>{children}</bdi>
    </dd>
  </div>
);
