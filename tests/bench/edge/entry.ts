/** The Worker as it is deployed, and beside it, on sockets of their own, what it is measured against and with. */
export * from "../../../worker/index.ts";
export { default } from "../../../worker/index.ts";
export { bare } from "./bare.ts";
export { counted } from "./counted.ts";
