import { describe, expect, it } from "vitest";
import { type Report, renderReport } from "#cli/figures/index.js";

const report: Report = {
  title: "Twos",
  summary: [
    ["hidden units", "100"],
    ["seed", "42"],
  ],
  figures: [
    {
      file: "filters.png",
      title: "Filters",
      sentence: "Strokes.",
      alt: "A hundred tiles",
      size: { width: 1440, height: 1714 },
    },
    { file: "chains.png", title: "Chains", sentence: "Dreams." },
  ],
  command: "harmonium train mnist:train --hidden 100",
  next: ["Sample: `harmonium sample runs/twos`."],
};

/** The tags in order; throws where they are not properly nested. */
function openedTags(html: string): string[] {
  const withoutStyle = html.replace(/<style>[\s\S]*?<\/style>/, "");
  const voids = new Set(["meta", "link", "img", "!doctype"]);
  const open: string[] = [];
  const all: string[] = [];
  for (const [, slash, name] of withoutStyle.matchAll(/<(\/?)([!a-z][a-z0-9]*)/g)) {
    if (voids.has(name as string)) continue;
    if (slash !== "/") {
      open.push(name as string);
      all.push(name as string);
    } else if (open.pop() !== name) throw new Error(`</${name}> does not close what is open`);
  }
  if (open.length > 0) throw new Error(`left open: ${open}`);
  return all;
}

describe("renderReport", () => {
  const html = renderReport(report);

  it("is a whole document with landmarks, one h1, and each figure with picture, alt text and sentence", () => {
    const tags = openedTags(html);
    for (const once of ["html", "head", "title", "body", "header", "main", "h1", "dl"]) {
      expect(
        tags.filter((tag) => tag === once),
        once,
      ).toHaveLength(1);
    }
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(html).toContain('name="viewport" content="width=device-width, initial-scale=1"');
    expect(tags.filter((tag) => tag === "figure")).toHaveLength(2);
    expect(html).toContain('<img src="figures/filters.png" alt="A hundred tiles" width="1440" height="1714">');
    expect(html).toContain('<img src="figures/chains.png" alt="Chains">');
    for (const text of ["Strokes.", "Dreams.", "hidden units", "42"]) expect(html).toContain(text);
    expect(html.indexOf("figures/filters.png")).toBeLessThan(html.indexOf("figures/chains.png"));
    expect(html).toContain("<code>harmonium sample runs/twos</code>");
    expect(html.replace(/<\/?span>/g, "")).toContain(
      "<pre><code>harmonium train mnist:train --hidden 100</code></pre>",
    );
  });

  it("has both colour schemes, no script, and asks nothing of the network", () => {
    expect(html).toContain("prefers-color-scheme: dark");
    expect(html).not.toMatch(/<script|https?:|\/\/|@import|url\(|\son[a-z]+=/i);
    const references = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1]);
    expect(new Set(references)).toEqual(new Set(["data:,", "figures/filters.png", "figures/chains.png"]));
  });

  it("escapes every text", () => {
    const evil = `<script>alert("1")</script> & 'x'`;
    const bad = renderReport({
      title: evil,
      summary: [[evil, evil]],
      figures: [{ file: "a.png", title: evil, sentence: evil, alt: `"><img onerror=x>` }],
      command: evil,
      next: [evil, `\`${evil}\``],
    });
    expect(bad).not.toContain("<script");
    expect(bad).not.toContain("<img onerror");
    expect(bad).toContain("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;");
    expect(bad.replace(/<\/?span>/g, "").split("&lt;script&gt;")).toHaveLength(10);
    expect(() => openedTags(bad)).not.toThrow();
  });

  it("encodes odd file names and refuses paths", () => {
    const figure = (file: string) => renderReport({ ...report, figures: [{ file, title: "t", sentence: "s" }] });
    expect(figure("a b#1?.png")).toContain('src="figures/a%20b%231%3F.png"');
    for (const file of ["figures/a.png", "../a.png", "a\\b.png", "a.svg", ""]) {
      expect(() => figure(file), file).toThrow("renderReport: file");
    }
  });

  it("does without figures and without next steps", () => {
    const bare = renderReport({ ...report, figures: [], next: [] });
    expect(() => openedTags(bare)).not.toThrow();
    expect(bare).not.toContain("What to try next");
  });

  it("lets a long summary scroll with the page", () => {
    const rows = Array.from({ length: 20 }, (_, i) => [`fact ${i}`, "x"] as const);
    expect(renderReport({ ...report, summary: rows })).toContain("<header>");
    expect(html).toContain('<header class="stays">');
  });

  it("is the same text for the same run", () => {
    expect(renderReport(report)).toBe(html);
  });
});
