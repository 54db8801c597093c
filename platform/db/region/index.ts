export * from "./creators.ts";
export * from "./live.ts";
export * from "./tenancy.ts";
export * from "./tiktok.ts";
