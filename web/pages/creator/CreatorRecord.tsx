import { useEffect, useMemo } from "preact/hooks";
import { useRoute } from "preact-iso";
import type { Creator, CreatorPatch } from "../../../domain/records/creator.ts";
import { creatorOfConflict, patchCreator, readCreator, readTiktok } from "../../api.ts";
import { editable } from "../../state/optimistic.ts";
import { type Resource, useResource } from "../../state/resource.ts";
import { can } from "../../state/session.ts";
import { sawData } from "../../state/shell.ts";
import { useLiveMessages } from "../../state/use-live-messages.ts";
import { ErrorState } from "../../ui/Notice.tsx";
import { Breadcrumb } from "../../ui/PageHeader.tsx";
import { ConflictDialog } from "../../ui/record/ConflictDialog.tsx";
import { Details } from "../../ui/record/Details.tsx";
import { useRecordEdit } from "../../ui/record/use-record-edit.ts";
import { SkeletonBlock } from "../../ui/Skeleton.tsx";
import { creatorList } from "../creators/creator-list.ts";
import { NotFound } from "../not-found/NotFound.tsx";
import { ConnectionSection } from "./ConnectionSection.tsx";
import { CONTRACT_FIELDS, PROFILE_FIELDS, parseCreatorPatch } from "./creator-fields.tsx";
import { Neighbours } from "./Neighbours.tsx";
import { RecordHeader } from "./RecordHeader.tsx";
import { RecordTabs } from "./RecordTabs.tsx";
import { useSyncNow } from "./use-sync-now.ts";
import "./creator.css";

export default function CreatorRecord() {
  const { id = "" } = useRoute().params;
  const creator = useResource(id, (signal) => readCreator(id, signal));
  const value = creator.value.value;
  const error = creator.error.value;
  if (error?.status === 404) {
    return <NotFound what="creator" />;
  }
  if (value === undefined || value.id !== id) {
    return (
      <>
        <Breadcrumb trail={[{ label: "Creators", href: "/app/creators" }]} here="Creator" />
        <div class="record-waiting">
          {error ? (
            <ErrorState title="Could not load this creator" error={error} onRetry={creator.reload} />
          ) : (
            <>
              <SkeletonBlock height="tile" />
              <SkeletonBlock height="chart" />
            </>
          )}
        </div>
      </>
    );
  }
  return <Loaded key={id} initial={value} resource={creator} />;
}

function Loaded({ initial, resource }: { initial: Creator; resource: Resource<Creator> }) {
  const { id } = initial;
  const record = useMemo(
    () => editable<Creator, CreatorPatch>(initial, (patch, version) => patchCreator(id, patch, version)),
    // Made once: newer records from the server are taken by `accept`.
    [id],
  );
  const tiktok = useResource(id, async (signal) => {
    const read = await readTiktok(id, signal);
    sawData([read.metrics?.asOf]);
    return read;
  });
  const fresh = resource.value.value;
  useEffect(() => {
    if (fresh) record.accept(fresh);
  }, [fresh, record]);

  useLiveMessages((message) => {
    if (!("creatorId" in message) || message.creatorId !== id) return;
    if (message.type === "synced" || message.type === "removed" || message.type === "tracking") tiktok.reload();
    if (message.type === "synced" || message.type === "removed" || message.type === "ended") resource.reload();
  });
  const sync = useSyncNow(id, tiktok.reload);

  const edit = useRecordEdit({
    record,
    parse: parseCreatorPatch,
    currentOf: creatorOfConflict,
    onSaved: (saved) => creatorList.replace(saved),
  });
  const creator = record.shown.value;
  const conflict = edit.conflict.value;
  const writes = can("creators.edit", creator);
  const profile =
    creator.stage === "left" ? PROFILE_FIELDS : PROFILE_FIELDS.filter(({ name }) => name !== "stageReason");
  return (
    <div class="record">
      <Breadcrumb
        trail={[{ label: "Creators", href: "/app/creators" }]}
        here={creator.displayName}
        end={<Neighbours id={id} />}
      />
      <RecordHeader creator={creator} tiktok={tiktok} sync={sync} />
      <div class="record-body">
        <aside class="record-details">
          <Details title="Details" record={creator} fields={profile} edit={edit} editable={writes} />
          <Details title="Contract" record={creator} fields={CONTRACT_FIELDS} edit={edit} editable={writes} />
          <ConnectionSection creator={creator} tiktok={tiktok} sync={sync} />
        </aside>
        <RecordTabs creator={creator} tiktok={tiktok} />
      </div>
      {conflict ? <ConflictDialog conflict={conflict} /> : null}
    </div>
  );
}
