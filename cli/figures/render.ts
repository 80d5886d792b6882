/** SVG to PNG with resvg compiled to WebAssembly: no native code, no system font, the same bytes on each run. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { fontFiles } from "./font.js";
import { page } from "./style.js";

let started: Promise<void> | undefined;

/** Draws an SVG document at the page's scale. */
export async function renderPng(svg: string): Promise<Uint8Array> {
  started ??= start();
  await started;
  const drawing = new Resvg(svg, {
    fitTo: { mode: "zoom", value: page.scale },
    font: { fontBuffers: fontFiles() },
  });
  const picture = drawing.render();
  const png = picture.asPng();
  picture.free();
  drawing.free();
  return png;
}

async function start(): Promise<void> {
  try {
    await initWasm(readFileSync(createRequire(import.meta.url).resolve("@resvg/resvg-wasm/index_bg.wasm")));
  } catch (error) {
    // Somebody else in this process has started the same renderer.
    if (!(error instanceof Error && error.message.startsWith("Already initialized"))) throw error;
  }
}
