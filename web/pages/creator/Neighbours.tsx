import { ChevronDown, ChevronUp } from "lucide";
import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { count } from "../../format.ts";
import { IconButton } from "../../ui/Button.tsx";
import { useKeys } from "../../ui/use-keys.ts";
import { creatorList } from "../creators/creator-list.ts";

/** "3 of 342" and the way to the ones before and after, in the list's own order. */
export function Neighbours({ id }: { id: string }) {
  const { route } = useLocation();
  const rows = creatorList.rows.value;
  const at = rows.findIndex((row) => row.id === id);
  const go = (by: number) => {
    const row = rows[at + by];
    if (!row) return;
    creatorList.cursorId = row.id;
    route(`/app/creators/${row.id}`, true);
  };
  const known = at >= 0;
  useKeys({ j: known ? () => go(1) : undefined, k: known ? () => go(-1) : undefined });
  const nearEnd = known && at >= rows.length - 2;
  useEffect(() => {
    if (nearEnd) void creatorList.more();
  }, [nearEnd]);
  if (!known) return null;
  return (
    <span class="neighbours">
      <bdi
        class="neighbours-place"
        dir="ltr"
      >{`${count(at + 1)} of ${count(creatorList.total.value ?? rows.length)}`}</bdi>
      <IconButton icon={ChevronUp} label="The one before (K)" disabled={at === 0} onClick={() => go(-1)} />
      <IconButton icon={ChevronDown} label="The next one (J)" disabled={at === rows.length - 1} onClick={() => go(1)} />
    </span>
  );
}
