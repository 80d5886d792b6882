import { join } from "node:path";
import { defineConfig } from "vite";
import { texPlugin } from "./build/tex.mjs";

const root = import.meta.dirname;

/** The lab as static files that work from any folder of any host; scripts/build-lab.mjs runs it. */
export default defineConfig({
  root,
  base: "./",
  // made by scripts/build-lab.mjs: data that the pages fetch
  publicDir: join(root, "../dist/lab-public"),
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [texPlugin()],
  worker: { format: "es", plugins: () => [texPlugin()] },
  build: {
    outDir: join(root, "../dist/lab"),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
  },
});
