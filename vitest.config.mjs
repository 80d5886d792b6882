import { defineConfig } from "vitest/config";

// Tests run against dist/ (package.json "imports": #src, #cli): what is tested is what is shipped,
// and the thread pool's worker is a real file there. `npm test` builds first.
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
