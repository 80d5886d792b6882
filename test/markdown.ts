/** The parts of a Markdown text that can be wrong: code blocks, inline code, links, anchors, commands. */

export interface Part {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

export interface Block extends Part {
  /** The word after the fence, lower case; "" without one. */
  readonly language: string;
}

/** All fenced blocks. */
export function blocksOf(file: string, markdown: string): Block[] {
  return [...markdown.matchAll(/^(`{3,})(.*)\n([\s\S]*?)^\1$/gm)].map(({ index, 2: info = "", 3: text = "" }) => ({
    file,
    line: lineOf(markdown, index) + 1,
    language: info.trim().split(/\s/)[0]?.toLowerCase() ?? "",
    text,
  }));
}

/** The text with fenced blocks and comments blanked, lines kept. */
function prose(markdown: string): string {
  const blank = (text: string) => text.replace(/[^\n]/g, " ");
  return markdown.replace(/^(`{3,}).*\n[\s\S]*?^\1$/gm, blank).replace(/<!--[\s\S]*?-->/g, blank);
}

/** All inline code. */
export function inlineCodeOf(file: string, markdown: string): Part[] {
  const text = prose(markdown);
  return [...text.matchAll(/`([^`\n]+)`/g)].map(({ index, 1: code = "" }) => ({
    file,
    line: lineOf(text, index),
    text: code,
  }));
}

export interface Link extends Part {
  /** Where it leads, as written. */
  readonly target: string;
}

/** Links and pictures, in Markdown and in HTML; `text` is what is between the brackets. */
export function linksOf(file: string, markdown: string): Link[] {
  const text = prose(markdown);
  const written = [...text.matchAll(/\[((?:[^\][]|\[[^\]]*\])*)\]\(([^()\s]+)(?:\s+"[^"]*")?\)/g)];
  const html = [...text.matchAll(/<(?:img|a|source)\s(?:[^>]*\s)?(?:src|href|srcset)=(")([^"]+)"[^>]*>/g)].map(
    (found) => {
      // a picture's description; the same picture for a dark page has the same
      const [, alt] =
        /\salt="([^"]*)"/.exec(found[0]) ?? /<img[^>]*\salt="([^"]*)"/.exec(text.slice(found.index)) ?? [];
      return { index: found.index, 1: alt ?? "", 2: found[2] ?? "" };
    },
  );
  return [...written, ...html].map(({ index, 1: label = "", 2: target = "" }) => ({
    file,
    line: lineOf(text, index),
    text: label,
    target,
  }));
}

/** The anchors of the headings, as GitHub makes them. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of prose(markdown).matchAll(/^#{1,6}\s+(.*?)\s*#*$/gm)) {
    const shown = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[`*]/g, "");
    const slug = shown
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    let anchor = slug;
    for (let n = 1; anchors.has(anchor); n++) anchor = `${slug}-${n}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** The commands of a shell block, each as its words; comments and prompts are left out. */
export function commandsOf(shell: string): string[][] {
  return shell
    .replace(/\\\n/g, " ")
    .split("\n")
    .map((line) => wordsOf(line.replace(/^\$ /, "")))
    .filter((words) => words.length > 0);
}

/** The words of one command as a shell splits them, up to a comment, a pipe or a redirection. */
export function wordsOf(command: string): string[] {
  const words: string[] = [];
  for (const [word] of command.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)) {
    if (/^(#.*|\||>|>>|2>|&&|;)$/.test(word) || word.startsWith("#")) break;
    words.push(word.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
  }
  return words;
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
