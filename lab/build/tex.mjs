/**
 * Formulas become MathML at build: a Vite plugin for `*.tex`, whose lines `name: TeX` become the named strings of a module's default export.
 * Lines that begin with % are comments. `\live{name}{0}` marks a number that the page writes anew (parts/formula.tsx).
 */
import temml from "temml";

const line = /^([a-z]\w*):\s*(.+)$/i;

export function formulasOf(text, file) {
  const formulas = {};
  for (const [at, each] of text.split("\n").entries()) {
    if (each.trim() === "" || each.startsWith("%")) continue;
    const [, name, tex] = line.exec(each) ?? [];
    if (name === undefined) throw new Error(`${file}:${at + 1}: got ${JSON.stringify(each)}; expected name: TeX`);
    formulas[name] = temml.renderToString(tex.replace(/\\live\{(\w+)\}/g, "\\class{live-$1}"), {
      displayMode: true,
      throwOnError: true,
      trust: ({ command }) => command === "\\class",
      annotate: true,
    });
  }
  return formulas;
}

export function texPlugin() {
  return {
    name: "tex",
    transform(text, id) {
      if (!id.endsWith(".tex")) return;
      return { code: `export default ${JSON.stringify(formulasOf(text, id))};`, map: null };
    },
  };
}
