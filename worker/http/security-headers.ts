/**
 * What every answer says to a browser, whoever gives it: the Worker (`headers.ts`) or, for
 * `/assets/*`, the platform, from the `_headers` file that the build writes.
 */
export type Header = readonly [name: string, value: string];

/** Where a browser tells what the policy stopped. */
export const REPORTS_PATH = "/csp-reports";

export const SECURITY_HEADERS: readonly Header[] = [
  ["X-Content-Type-Options", "nosniff"],
  ["X-Frame-Options", "DENY"],
  ["Referrer-Policy", "same-origin"],
  [
    "Permissions-Policy",
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), bluetooth=(), browsing-topics=()",
  ],
  ["Cross-Origin-Opener-Policy", "same-origin"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
  ["Strict-Transport-Security", "max-age=31536000; includeSubDomains"],
  ["Reporting-Endpoints", `csp="${REPORTS_PATH}"`],
];

/** What a page of ours may fetch from elsewhere. */
export interface PolicySources {
  pictures: string;
  players: string;
  /** Where the form of an invitation ends: Chromium holds redirects of its answer to `form-action` too. */
  consent: string;
}

/** No inline script, no inline style, nothing from anywhere that is not named. */
export const pagePolicy = ({ pictures, players, consent }: PolicySources): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data: ${pictures}`,
    `frame-src ${players}`,
    "connect-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    `form-action 'self' ${consent}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    `report-uri ${REPORTS_PATH}`,
    "report-to csp",
  ].join("; ");

/** A file by itself is no page: it loads nothing. */
const ASSET_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'";

/** The `_headers` file of the static assets, which the platform serves without asking the Worker. */
export const assetHeaders = (): string =>
  [
    "/assets/*",
    ...[["Content-Security-Policy", ASSET_POLICY] as const, ...SECURITY_HEADERS].map(
      ([name, value]) => `  ${name}: ${value}`,
    ),
    "",
  ].join("\n");
