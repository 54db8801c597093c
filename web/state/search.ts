import { signal } from "@preact/signals";

/** Set by the navigation's search field: the list that opens next takes the focus into its own. */
export const searchWanted = signal(false);
