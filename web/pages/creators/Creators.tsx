import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { can } from "../../state/session.ts";
import { toast } from "../../state/toasts.ts";
import { ListScreen } from "../../ui/list/ListScreen.tsx";
import { creatorsDefinition } from "./creator-columns.tsx";
import { creatorList } from "./creator-list.ts";
import { NewCreator } from "./NewCreator.tsx";

export default function Creators() {
  const [creating, setCreating] = useState(false);
  const { route } = useLocation();
  const create = can("creators.edit") ? { label: "New creator", open: () => setCreating(true) } : undefined;
  return (
    <>
      <ListScreen definition={creatorsDefinition} create={create} />
      {creating ? (
        <NewCreator
          onClose={() => setCreating(false)}
          onCreated={(creator) => {
            creatorList.expire();
            toast("done", `${creator.displayName} added`);
            route(`/app/creators/${creator.id}`);
          }}
        />
      ) : null}
    </>
  );
}
