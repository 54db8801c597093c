/** Neighbours that are alike, as one stretch: indexes of its first and last. */
export interface Run<Kind> {
  kind: Kind;
  first: number;
  last: number;
}

export function runsOf<Item, Kind>(items: readonly Item[], kindOf: (item: Item) => Kind): Run<Kind>[] {
  const runs: Run<Kind>[] = [];
  items.forEach((item, index) => {
    const kind = kindOf(item);
    const open = runs.at(-1);
    if (open && open.kind === kind) open.last = index;
    else runs.push({ kind, first: index, last: index });
  });
  return runs;
}
