/** Where a tenant's data lives. Chosen at registration, never changed. */
export const REGIONS = ["eu", "us", "me"] as const;

export type Region = (typeof REGIONS)[number];

export const isRegion = (value: unknown): value is Region =>
  typeof value === "string" && (REGIONS as readonly string[]).includes(value);

/** What the register page says. The platform has no database location in the Middle East. */
export const REGION_NAMES: Record<Region, { name: string; where: string }> = {
  eu: { name: "European Union", where: "Stored in the European Union" },
  us: { name: "United States", where: "Stored in North America" },
  me: { name: "Middle East", where: "Runs in the Middle East; its database is in the nearest location, Asia-Pacific" },
};
