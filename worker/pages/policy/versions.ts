/**
 * The published versions. An agency accepts `TERMS_VERSION`, and the processing agreement in
 * it, at registration; a policy notice and its acknowledgement name `PRIVACY_VERSION`. Whoever
 * changes a text materially gives it a new version and date here.
 */
export const PRIVACY_VERSION = "2026-11";
export const TERMS_VERSION = "2026-11";

/** "Last updated": ms since epoch. */
export const PRIVACY_UPDATED_AT = Date.UTC(2026, 10, 23);
export const TERMS_UPDATED_AT = Date.UTC(2026, 10, 23);
