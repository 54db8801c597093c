import { Plus } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import { count } from "../../format.ts";
import { Button } from "../Button.tsx";
import { Num } from "../Num.tsx";
import { PageHeader } from "../PageHeader.tsx";
import { useKeys } from "../use-keys.ts";
import type { ListDefinition } from "./definition.ts";
import { ListBody } from "./ListBody.tsx";
import { ListFooter } from "./ListFooter.tsx";
import { ListToolbar } from "./ListToolbar.tsx";
import { useListUrl } from "./list-url.ts";
import "./list.css";

interface ListScreenProps<Row extends { id: string }> {
  definition: ListDefinition<Row>;
  /** Making a new one; absent where the signed-in person may not. */
  create?: { label: string; open: () => void } | undefined;
}

/** A list of one kind of record: search, filters, sort, rows and where the numbers come from. */
export function ListScreen<Row extends { id: string }>({ definition, create }: ListScreenProps<Row>) {
  const { model, title } = definition;
  const url = useListUrl(definition);
  const search = useRef<HTMLInputElement>(null);

  useEffect(() => model.open(url.query), [model, url.query]);
  // The empty list has the button in its middle; one primary button a screen.
  const untouched = model.phase.value === "ready" && model.total.value === 0 && !url.q && url.chosen.length === 0;
  useKeys({ c: create?.open, "/": () => search.current?.focus() });

  return (
    <div class="list-screen">
      <PageHeader
        title={title}
        aside={model.total.value === null ? null : <Num>{count(model.total.value)}</Num>}
        actions={
          create && !untouched ? (
            <Button look="ink" icon={Plus} kbd="C" onClick={create.open}>
              {create.label}
            </Button>
          ) : null
        }
      />
      <ListToolbar definition={definition} url={url} search={search} />
      <ListBody definition={definition} url={url} create={create} />
      <ListFooter definition={definition} />
    </div>
  );
}
