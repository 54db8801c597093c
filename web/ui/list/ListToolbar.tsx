import { ArrowDownUp, ArrowDownWideNarrow, ArrowUpNarrowWide, ListFilter, Search, X } from "lucide";
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { searchWanted } from "../../state/search.ts";
import { Button, IconButton } from "../Button.tsx";
import { Icon } from "../Icon.tsx";
import { Kbd } from "../Kbd.tsx";
import { Menu, type MenuEntry } from "../Menu.tsx";
import type { Filter, ListDefinition } from "./definition.ts";
import { FilterChip } from "./FilterChip.tsx";
import type { ListUrl } from "./list-url.ts";

/** Between two keystrokes of one word; a shorter pause would ask for every letter. */
const DEBOUNCE_MS = 180;

interface ToolbarProps<Row extends { id: string }> {
  definition: ListDefinition<Row>;
  url: ListUrl;
  search: RefObject<HTMLInputElement | null>;
}

export function ListToolbar<Row extends { id: string }>({ definition, url, search }: ToolbarProps<Row>) {
  const open = definition.filters.filter(({ field }) => !url.chosen.some((chip) => chip.field === field));
  return (
    <div class="list-toolbar">
      <SearchBox hint={definition.searchHint} url={url} input={search} />
      <div class="list-chips">
        {url.chosen.map((chip) => {
          const filter = definition.filters.find(({ field }) => field === chip.field);
          return filter ? (
            <FilterChip
              key={chip.field}
              label={chip.label}
              value={chip.valueLabel}
              choices={choices(filter, chip.value, url)}
              onRemove={() => url.set({ [chip.field]: null })}
            />
          ) : null;
        })}
        {open.length > 0 ? (
          <Menu
            label="Add a filter"
            entries={open.flatMap((filter) => [
              { kind: "heading" as const, label: filter.label },
              ...choices(filter, null, url),
            ])}
            trigger={(trigger) => (
              <Button {...trigger} look="ghost" icon={ListFilter}>
                Filter
              </Button>
            )}
          />
        ) : null}
      </div>
      <SortMenu definition={definition} url={url} />
    </div>
  );
}

function SearchBox({ hint, url, input }: { hint: string; url: ListUrl; input: RefObject<HTMLInputElement | null> }) {
  const [text, setText] = useState(url.q);
  const written = useRef(url.q);
  const wanted = searchWanted.value;

  // The address changed by another hand than this field's: "Clear all", or the back button.
  useEffect(() => {
    if (url.q === written.current) return;
    written.current = url.q;
    setText(url.q);
  }, [url.q]);

  useEffect(() => {
    if (text.trim() === written.current) return;
    const timer = setTimeout(() => {
      written.current = text.trim();
      url.set({ q: written.current });
    }, DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [text, url]);

  // The navigation's search field leads here.
  useEffect(() => {
    if (!wanted) return;
    searchWanted.value = false;
    input.current?.focus();
    input.current?.select();
  }, [wanted, input]);

  return (
    <search class="list-search">
      <Icon icon={Search} size={14} />
      <input
        ref={input}
        class="list-search-input"
        type="search"
        name="q"
        autocomplete="off"
        spellcheck={false}
        aria-label={hint}
        placeholder={hint}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            setText("");
            event.currentTarget.blur();
          }
        }}
      />
      {text ? <IconButton icon={X} label="Clear the search" onClick={() => setText("")} /> : <Kbd>/</Kbd>}
    </search>
  );
}

const choices = (filter: Filter, current: string | null, url: ListUrl): MenuEntry[] =>
  filter.options.map(({ value, label, glyph }) => ({
    kind: "action",
    label,
    glyph,
    ...(current === null ? {} : { chosen: value === current }),
    onSelect: () => url.set({ [filter.field]: value }),
  }));

function SortMenu<Row extends { id: string }>({ definition, url }: { definition: ListDefinition<Row>; url: ListUrl }) {
  const field = url.sort.replace(/^-/, "");
  const descending = url.sort.startsWith("-");
  const current = definition.sorts.find((sort) => sort.field === field);
  const write = (next: string, down: boolean) => url.set({ sort: `${down ? "-" : ""}${next}` });
  return (
    <Menu
      label="Sort by"
      align="end"
      entries={[
        ...definition.sorts.map(
          (sort): MenuEntry => ({
            kind: "action",
            label: sort.label,
            chosen: sort.field === field,
            onSelect: () => write(sort.field, sort.descendingFirst ?? false),
          }),
        ),
        { kind: "line" },
        {
          kind: "action",
          label: "Ascending",
          icon: ArrowUpNarrowWide,
          chosen: !descending,
          onSelect: () => write(field, false),
        },
        {
          kind: "action",
          label: "Descending",
          icon: ArrowDownWideNarrow,
          chosen: descending,
          onSelect: () => write(field, true),
        },
      ]}
      trigger={(trigger) => (
        <Button {...trigger} look="ghost" icon={ArrowDownUp}>
          {current?.label ?? "Sort"}
        </Button>
      )}
    />
  );
}
