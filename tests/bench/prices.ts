/**
 * Cloudflare's public prices in US dollars, of the Workers Paid plan beyond what it includes, as read
 * in its documentation on 23 November 2026: developers.cloudflare.com/durable-objects/platform/pricing and …/d1/platform/pricing.
 */
export const PRICES = {
  /** Calls of objects, alarms that ring, and messages over WebSockets. */
  request: 0.15 / 1e6,
  /** So many messages over a WebSocket count as one request. */
  messagesARequest: 20,
  /** While an object runs or holds a socket, whatever it really uses. */
  gbSecond: 12.5 / 1e6,
  /** Of objects and of D1 alike. Index rows count, and so does each `setAlarm`. */
  rowWritten: 1 / 1e6,
  rowRead: 0.001 / 1e6,
  /** In an object's storage, a month. */
  gbMonth: 0.2,
} as const;

/** What an object is billed to hold, GB. */
export const OBJECT_GB = 0.128;
