/** The frame that every figure stands in: title, one caption, the body, margins. */
import { refuse } from "../../src/index.js";
import { wrap } from "./font.js";
import { renderPng } from "./render.js";
import { colours, inTheme, page, type Theme, type } from "./style.js";
import { textBlock } from "./svg.js";

/** Texts that a caller may set in place of the figure's own. */
export interface Wording {
  readonly title?: string;
  readonly caption?: string;
}

/** What the figure shows, said before its own caption. */
export interface About {
  readonly about?: string;
}

/** The caption that was set, or the figure's own after what it is about. */
export function captionOf({ caption, about }: Wording & About, own: string): string {
  return caption ?? (about === undefined ? own : `${about} ${own}`);
}

/** Figures of lines and marks have a dark form too; those that show images are on white paper always. */
export interface Themed {
  /** "light" by default. */
  readonly theme?: Theme;
}

export interface Body {
  readonly svg: string;
  /** CSS pixels below the top that the body was given. */
  readonly height: number;
}

/**
 * Draws a whole figure.
 *
 * @param body Draws the figure's own part, in the colours of the light theme; it gets the y of its top edge, a whole number of CSS pixels.
 * @returns PNG bytes, 1440 device pixels wide.
 */
export async function drawFigure(
  wording: { readonly title: string; readonly caption: string },
  body: (top: number) => Body,
  theme: Theme = "light",
): Promise<Uint8Array> {
  const title = wrap(wording.title, type.title, page.inner);
  const caption = wording.caption === "" ? [] : wrap(wording.caption, type.caption, page.inner);
  const titleBase = page.margin + 22;
  const captionBase = titleBase + 34 * (title.length - 1) + 32;
  const top = captionBase + 24 * (caption.length - 1) + 26;
  const { svg, height } = body(top);
  const total = Math.ceil(top + height + page.margin);
  if (total > page.maxHeight) {
    throw refuse("size", {
      who: `figure "${wording.title}"`,
      got: `a picture ${total} pixels tall`,
      expected: `at most ${page.maxHeight}`,
      wayOut: "Draw fewer tiles or rows.",
    });
  }
  return renderPng(
    themed(
      theme,
      [
        `<svg xmlns="http://www.w3.org/2000/svg" width="${page.width}" height="${total}" xml:space="preserve">`,
        `<rect width="${page.width}" height="${total}" fill="${colours.background}"/>`,
        textBlock(page.margin, titleBase, title, type.title, 34),
        textBlock(page.margin, captionBase, caption, type.caption, 24),
        svg,
        "</svg>",
      ].join(""),
    ),
  );
}

function themed(theme: Theme, svg: string): string {
  return svg.replace(/\b(fill|stroke)="(#[0-9a-f]{6})"/g, (_, what, colour) => `${what}="${inTheme(theme, colour)}"`);
}
