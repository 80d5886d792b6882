import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { optionNames, wrongCommand } from "./commands.js";
import { anchorsOf, blocksOf, commandsOf, inlineCodeOf, linksOf, wordsOf } from "./markdown.js";
import { compilePrograms, type Program, promisedLines, type Workplace } from "./programs.js";

const root = join(import.meta.dirname, "..");
const below = (folder: string, ending: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file).replaceAll("\\", "/"))
    .sort();

const files = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "bench/README.md", ...below("docs", ".md")];
const documents = new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8")]));
const all = <T>(part: (file: string, text: string) => T[]): T[] =>
  [...documents].flatMap(([file, text]) => part(file, text));

describe("programs in documents, and examples", () => {
  const isProgram = /^(ts|typescript|js|javascript)$/;
  const blocks = all(blocksOf).filter(({ language }) => isProgram.test(language));
  const programs: (Program & { readonly where: string })[] = [
    ...blocks.map(({ file, line, text }, n) => ({ where: `${file}:${line}`, name: `block-${n}`, text })),
    ...below("examples", ".ts").map((file, n) => ({
      where: file,
      name: `example-${n}`,
      text: readFileSync(join(root, file), "utf8"),
    })),
  ];
  let workplace: Workplace;
  beforeAll(() => {
    workplace = compilePrograms(programs);
  }, 60_000);
  afterAll(() => workplace.remove());

  test("there are some, README's has about 15 lines, and they compile as a user's would, without a complaint", () => {
    expect(programs.map(({ where }) => where.replace(/:.*/, ""))).toEqual(
      expect.arrayContaining(["README.md", "examples/02-mnist-twos.ts"]),
    );
    expect(
      blocks
        .find(({ file }) => file === "README.md")
        ?.text.trim()
        .split("\n").length,
    ).toBeLessThanOrEqual(16);
    expect(workplace.complaints).toBe("");
  });

  test.each(programs)("$where runs, and prints what it says", ({ name, text }) => {
    const { status, stdout, stderr } = workplace.run(name);
    expect(status, stderr).toBe(0);
    expect(stdout.split("\n").filter((line) => promisedLines(text).includes(line))).toEqual(promisedLines(text));
  });

  test.each(below("examples", ".ts"))("%s ends in an assertion", (file) => {
    const lines = readFileSync(join(root, file), "utf8").trim().split("\n");
    expect(lines.at(-1)).toMatch(/^assert/);
  });

  test("a program with a wrong type, and one that fails, are noticed", () => {
    const text = 'import { createRbm } from "harmonium";\ncreateRbm("two", 3);\n';
    const planted = compilePrograms([{ name: "wrong", text }]);
    expect(planted.complaints).toContain("wrong.mts(2,11): error TS2345");
    expect(planted.run("wrong").stderr).toContain("visible units: got two");
    planted.remove();
  });
});

describe("commands in documents", () => {
  const shells = all(blocksOf).filter(({ language }) => /^(sh|bash|shell|console)$/.test(language));
  const inBlocks = shells.flatMap(({ file, line, text }) =>
    commandsOf(text).map((words) => ({ where: `${file}:${line}`, words })),
  );
  // in running text a command may be named without its arguments: `harmonium evaluate`
  const inline = all(inlineCodeOf).filter(({ text }) => /^(npx )?harmonium [a-z]/.test(text));

  test("can be typed: program, command, every option, every value", () => {
    expect(inBlocks.length).toBeGreaterThan(10);
    const wrong = inBlocks.flatMap(({ where, words }) => {
      const complaint = wrongCommand(words);
      return complaint === undefined ? [] : [`${where}: ${words.join(" ")}: ${complaint}`];
    }, 180_000);
    expect(wrong).toEqual([]);
  });

  test("exist where running text names them", () => {
    expect(inline.length).toBeGreaterThan(5);
    const texts = [...new Set(inline.map(({ text }) => text))];
    const wrong = texts
      .map((text) => [text, wrongCommand(wordsOf(text))])
      .filter(([, complaint]) => complaint !== undefined && !/^0 arguments where 1 belong/.test(complaint));
    expect(wrong).toEqual([]);
  }, 180_000);

  test.each([
    ["npx harmonium trian rbm", "no such command"],
    ["npx harmonium train hopfield --data mnist:train", "no such command"],
    ["harmonium train rbm --data mnist:train --rate fast", '"fast"'],
    ["harmonium train rbm --clamp never", "sample, threshold, probability"],
    ["harmonium train rbm --epoch 3", "no option --epoch"],
    ["harmonium evaluate --data mnist:test", "0 arguments where 1 belong"],
    ["harmonium resume one two", "2 arguments where 1 belong"],
    ["node bin/harmonium.js inspect", "0 arguments where 1 belong"],
    ["node scripts/nothing.mjs", "there is no file scripts/nothing.mjs"],
    ["npm run nothing", "no script nothing"],
  ])("the checker finds what is wrong with: %s", (command, wrong) => {
    expect(wrongCommand(wordsOf(command))).toContain(wrong);
  });
});

describe("links", () => {
  const links = all(linksOf).filter(({ target }) => !/^[a-z]+:/.test(target));

  /** Says what is wrong with a link; undefined when it leads somewhere. */
  function wrongLink(file: string, target: string): string | undefined {
    const [path = "", anchor] = target.split("#");
    const to = path === "" ? file : normalize(join(dirname(file), decodeURIComponent(path))).replaceAll("\\", "/");
    if (!existsSync(join(root, to))) return `${to} does not exist`;
    if (anchor === undefined || !to.endsWith(".md")) return undefined;
    return anchorsOf(readFileSync(join(root, to), "utf8")).has(anchor) ? undefined : `${to} has no heading #${anchor}`;
  }

  test("lead to files and headings that exist", () => {
    expect(links.length).toBeGreaterThan(60);
    const wrong = links.flatMap(({ file, line, target }) => {
      const complaint = wrongLink(file, target);
      return complaint === undefined ? [] : [`${file}:${line}: ${complaint}`];
    });
    expect(wrong).toEqual([]);
  });

  test("to a source, named by an identifier, lead to a file that has it", () => {
    const named = links.filter(({ text, target }) => /^`\w+`$/.test(text) && target.endsWith(".ts"));
    expect(named.length).toBeGreaterThan(20);
    const absent = named.filter(({ file, text, target }) => {
      const source = readFileSync(join(root, dirname(file), target), "utf8");
      return !new RegExp(`\\b${text.slice(1, -1)}\\b`).test(source);
    });
    expect(absent).toEqual([]);
  });

  test("that lead nowhere are found", () => {
    expect(wrongLink("docs/lecture.md", "../src/nothing.ts")).toBe("src/nothing.ts does not exist");
    expect(wrongLink("README.md", "docs/notation.md#no-such-heading")).toContain("no heading #no-such-heading");
    expect(wrongLink("README.md", "docs/notation.md#what-a-draw-is")).toBeUndefined();
  });

  test("pictures have a description and less than 300 kB each", () => {
    expect(all(linksOf).filter(({ text, target }) => target.endsWith(".png") && text.length < 20)).toEqual([]);
    const pictures = below("docs", ".png");
    expect(pictures).toContain("docs/pictures/other-classes.png");
    expect(pictures.filter((file) => statSync(join(root, file)).size >= 300_000)).toEqual([]);
    // each is shown somewhere
    const shown = all(linksOf).map(({ file, target }) => join(dirname(file), target));
    expect(pictures.filter((file) => !shown.includes(file))).toEqual([]);
  });
});

describe("what documents say of the code", () => {
  const lecture = documents.get("docs/lecture.md") as string;

  test("files that they name in running text exist", () => {
    const named = all(inlineCodeOf).filter(
      ({ text }) =>
        /^(src|cli|test|bench|examples|docs|scripts|assembly)\/[\w./-]*$/.test(text) && !text.includes("NAME"),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(({ text }) => !existsSync(join(root, text)))).toEqual([]);
  });

  test("docs/lecture.md has a row for each system of the lecture, and no empty cell", () => {
    const systems =
      "General stochastic network; Parallel dynamics; Glauber dynamics; Boltzmann–Gibbs equilibrium; Learning without hidden units; Learning with hidden units; Restricted Boltzmann machine; Gibbs learning; Contrastive divergence; What CD learns; Character recognition and reconstruction of other digits; Deep belief network; Deep Boltzmann machine";
    const table = (lecture.split("\n## ")[0] as string).split("\n").filter((line) => line.startsWith("| "));
    const rows = table.slice(2).map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));
    expect(rows.map(([, system]) => system)).toEqual(systems.split("; "));
    for (const cells of rows.map((row) => row.slice(1, -1))) {
      expect(cells, cells[0]).toHaveLength(6);
      expect(
        cells.every((cell) => cell.length > 3),
        cells[0],
      ).toBe(true);
    }
  });

  test("options in the table of the code slide are train rbm's", () => {
    const has = optionNames("train", "rbm");
    const named = inlineCodeOf("docs/lecture.md", lecture).flatMap(({ text }) =>
      text.startsWith("--") ? [text.split(" ")[0]] : [],
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !has.includes(name as string))).toEqual([]);
  });

  test("every source that a comment cites in brackets is in docs/references.md", () => {
    const keys = [...anchorsOf(documents.get("docs/references.md") as string)];
    const texts = [
      ...[...below("src", ".ts"), ...below("cli", ".ts")].map((file) => readFileSync(join(root, file), "utf8")),
      lecture,
    ];
    const cited = texts.flatMap((text) =>
      [...text.matchAll(/\[([A-Z][^\][]*?\b(?:19|20)\d\d[^\][]*)\]/g)].flatMap(([, inside = ""]) =>
        [...inside.matchAll(/([A-Z][a-z]+)(?:[^;]*?)\b((?:19|20)\d\d)/g)].map(
          ([, name = "", year = ""]) => [name.toLowerCase(), year] as const,
        ),
      ),
    );
    expect(cited.length).toBeGreaterThan(7);
    expect(cited.filter(([name, year]) => !keys.some((key) => key.startsWith(name) && key.endsWith(year)))).toEqual([]);
  });
});
