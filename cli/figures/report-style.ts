/** The style sheet of the report: one column on a phone, the facts beside the figures on a wide screen; light and dark. */
export const reportStyle = `
:root {
  color-scheme: light dark;
  --page: #f4f5f7; --text: #171b21; --quiet: #56606c; --rule: #dde1e6; --card: #fff; --code: #e9ecf0; --link: #0869ac;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161c; --text: #e8ebef; --quiet: #a4aeba; --rule: #2b323b; --card: #fff; --code: #1d232b; --link: #7cc0f5;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; max-width: 754px; padding: 20px 16px 48px;
  background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  overflow-wrap: anywhere;
}
h1 { margin: 0 0 16px; font-size: 1.6rem; line-height: 1.2; letter-spacing: -0.01em; text-wrap: balance; }
h2 { margin: 24px 0 8px; font-size: 1rem; line-height: 1.35; }
dl { margin: 0; border-top: 1px solid var(--rule); }
dl div { display: flex; gap: 4px 16px; padding: 7px 0; border-bottom: 1px solid var(--rule); }
dt { flex: 1 1 45%; color: var(--quiet); }
dd { flex: 1 1 55%; margin: 0; font-variant-numeric: tabular-nums; }
code { font: 0.875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { margin: 0; padding: 12px 14px; border-radius: 8px; background: var(--code); white-space: pre-wrap; }
pre span { display: inline-block; max-width: 100%; }
li code { padding: 2px 5px; border-radius: 4px; background: var(--code); box-decoration-break: clone; -webkit-box-decoration-break: clone; }
figure { margin: 32px 0 0; }
figure a { display: block; border-radius: 12px; outline-offset: 3px; }
a:focus-visible { outline: 3px solid var(--link); }
img { display: block; width: 100%; height: auto; border: 1px solid var(--rule); border-radius: 12px; background: var(--card); }
figcaption { padding: 12px 4px 0; }
figcaption h2 { margin: 0 0 2px; }
figcaption p { margin: 0; color: var(--quiet); max-width: 65ch; }
section { margin-top: 40px; padding-top: 8px; border-top: 1px solid var(--rule); }
section ul { margin: 0; padding-left: 1.2em; }
section li { margin: 6px 0; }
@media (max-width: 480px) {
  figure { margin-left: -8px; margin-right: -8px; }
  figcaption { padding-left: 8px; padding-right: 8px; }
}
@media (min-width: 1120px) {
  body { display: grid; grid-template-columns: 340px minmax(0, 722px); gap: 0 64px; justify-content: center; max-width: none; padding: 48px 32px 80px; }
  header { align-self: start; }
  header.stays { position: sticky; top: 48px; }
  h1 { font-size: 1.9rem; }
  figure:first-child { margin-top: 0; }
  figure { margin-top: 56px; }
}
@media print {
  body { display: block; background: none; }
  figure { break-inside: avoid; }
}
`;
