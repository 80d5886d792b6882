/** The report of a run: one HTML page beside the run's figures, without scripts and without requests to anywhere else. */
import { refuse } from "../../src/index.js";
import { reportStyle } from "./report-style.js";
import { escapeText } from "./svg.js";

export interface ReportFigure {
  /** Name of a PNG file in the folder `figures` beside the report: `filters.png`. */
  readonly file: string;
  readonly title: string;
  /** One sentence: what is to be seen. */
  readonly sentence: string;
  /** For those who cannot see the picture. Default: the title. */
  readonly alt?: string;
  /** Device pixels, from `pngSize`; they keep the page from jumping while the pictures load. */
  readonly size?: { readonly width: number; readonly height: number };
}

export interface Report {
  readonly title: string;
  /** [label, value] in reading order. */
  readonly summary: readonly (readonly [string, string])[];
  readonly figures: readonly ReportFigure[];
  /** The command that made the run. */
  readonly command: string;
  /** What to try next; text between backticks is set as code. */
  readonly next: readonly string[];
}

/**
 * The whole HTML document. All texts are escaped; pictures are referred to as `figures/NAME.png`.
 *
 * @throws HarmoniumError of kind `option` for a figure's file that is not the plain name of a PNG file.
 */
export function renderReport(report: Report): string {
  const { title, summary, figures, command, next } = report;
  // A long summary does not fit the screen, so it must scroll with the page.
  const header = summary.length > 14 ? "<header>" : '<header class="stays">';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${escapeText(title)}</title>
<style>${reportStyle}</style>
</head>
<body>
${header}
<h1>${escapeText(title)}</h1>
<dl>
${summary.map(([label, value]) => `<div><dt>${escapeText(label)}</dt><dd>${escapeText(value)}</dd></div>`).join("\n")}
</dl>
<h2>Command</h2>
<pre><code>${commandHtml(command)}</code></pre>
</header>
<main>
${figures.map(figureHtml).join("\n")}
${next.length === 0 ? "" : nextHtml(next)}</main>
</body>
</html>
`;
}

/** Each word is kept whole where it fits a line, so that no option is broken at its hyphens. */
function commandHtml(command: string): string {
  const words = command.trim().split(/\s+/);
  return words.map((word) => `<span>${escapeText(word)}</span>`).join(" ");
}

function figureHtml({ file, title, sentence, alt = title, size }: ReportFigure): string {
  if (!/^[^/\\]+\.png$/i.test(file)) {
    throw refuse("option", {
      who: "renderReport: file",
      got: JSON.stringify(file),
      expected: "the name of a PNG file without its folder, such as filters.png",
    });
  }
  const href = escapeText(`figures/${encodeURIComponent(file)}`);
  const sizes = size === undefined ? "" : ` width="${size.width}" height="${size.height}"`;
  return `<figure>
<a href="${href}"><img src="${href}" alt="${escapeText(alt)}"${sizes}></a>
<figcaption><h2>${escapeText(title)}</h2><p>${escapeText(sentence)}</p></figcaption>
</figure>`;
}

function nextHtml(next: readonly string[]): string {
  const items = next.map((text) => `<li>${escapeText(text).replace(/`([^`]+)`/g, "<code>$1</code>")}</li>`);
  return `<section aria-labelledby="next">
<h2 id="next">What to try next</h2>
<ul>
${items.join("\n")}
</ul>
</section>
`;
}
