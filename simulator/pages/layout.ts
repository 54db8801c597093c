/** What every page of the simulator looks like: plain paper, and it says that it is not TikTok. */
import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

const STYLE = `
:root { color-scheme: light dark; --canvas: #f7f5f3; --surface: #fff; --hover: #f0eeeb; --line: #e6e3e0; --control: #898580;
  --text: #1c1a18; --quiet: #6c6863; --ink: #1c1a18; --on-ink: #fff; --accent: #2057b9; --soft: #edf4ff; --live: #ca2a02; --danger: #ad2039 }
@media (prefers-color-scheme: dark) { :root { --canvas: #100f0e; --surface: #161514; --hover: #262422; --line: #2a2826; --control: #77746f;
  --text: #eeecea; --quiet: #95928d; --ink: #eeecea; --on-ink: #161514; --accent: #84aef7; --soft: #19263f; --live: #ff7e5b; --danger: #f68486 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--canvas); color: var(--text); font: 14px/20px system-ui, "Segoe UI", "Liberation Sans", "Noto Sans Arabic", sans-serif; font-variant-numeric: tabular-nums }
main { max-inline-size: 1120px; margin-inline: auto; padding: 24px 20px 64px }
main.narrow { max-inline-size: 440px }
h1 { font-size: 20px; line-height: 28px; margin: 0 0 4px }
h2 { font-size: 14px; margin: 28px 0 8px }
p { margin: 0 0 12px }
a { color: var(--accent) }
.quiet { color: var(--quiet); font-size: 12px; line-height: 16px }
.notice { background: var(--ink); color: var(--on-ink); font-size: 12px; text-align: center; padding: 6px 12px }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: 10px }
button, select, .button { font: inherit; font-size: 13px; line-height: 26px; block-size: 28px; padding-inline: 10px; padding-block: 0; white-space: nowrap; text-decoration: none; border: 1px solid var(--line); border-radius: 6px; background: var(--surface); color: var(--text); cursor: pointer }
button:hover { background: var(--hover) }
button.primary { background: var(--ink); color: var(--on-ink); border-color: var(--ink) }
button.danger { color: var(--danger) }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
table { inline-size: 100%; border-collapse: collapse }
th { text-align: start; font-weight: 400; color: var(--quiet); font-size: 12px }
th, td { padding: 8px 12px; border-block-end: 1px solid var(--line); vertical-align: middle }
tr:last-child > td { border-block-end: 0 }
td.number, th.number { text-align: end }
.scroll { overflow-x: auto }
.who { display: flex; gap: 10px; align-items: center }
.who img { border-radius: 50%; display: block; flex: none }
.who small { display: block; white-space: nowrap; color: var(--quiet); font-size: 12px; line-height: 16px }
.actions { display: flex; flex-wrap: wrap; gap: 6px }
.actions form { display: flex; gap: 6px }
.lead { margin-block: 16px 0 }
.live { color: var(--live); white-space: nowrap }
.live::before { content: ""; display: inline-block; inline-size: 8px; block-size: 8px; border-radius: 50%; background: var(--live); margin-inline-end: 6px }
.accounts { max-block-size: 320px; overflow-y: auto; padding: 4px }
.accounts label { display: flex; gap: 10px; align-items: center; padding: 6px 8px; border-radius: 6px; cursor: pointer }
.accounts label:hover { background: var(--hover) }
.accounts label:has(:checked) { background: var(--soft) }
.accounts .who { flex: 1; min-inline-size: 0 }
.scopes label { display: flex; gap: 10px; padding: 10px 12px; border-block-end: 1px solid var(--line); align-items: flex-start }
.scopes label:last-child { border-block-end: 0 }
input { accent-color: var(--ink); inline-size: 16px; block-size: 16px; margin: 2px 0; flex: none }
.decide { display: grid; grid-template-columns: 1fr 2fr; gap: 8px; margin-block-start: 20px }
.decide button { block-size: 44px; border-radius: 8px; font-size: 15px }
.mark { inline-size: 44px; block-size: 44px; border-radius: 10px; background: var(--ink); color: var(--on-ink); display: grid; place-items: center; font-weight: 700; font-size: 18px; margin-block-end: 12px }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; padding: 16px; font: 13px/20px ui-monospace, monospace }
iframe { display: block; inline-size: 100%; block-size: 420px; border: 0; border-radius: 10px; background: #fff }
`;

/** `narrow` is the width of a phone's sheet: the consent page. */
export const page = (title: string, width: "wide" | "narrow", content: Html): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<div class="notice">TikTok simulator: nothing here is TikTok’s, everybody is invented</div>
<main class="${width}">${content}</main>
</body>
</html>`;
