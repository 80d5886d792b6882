import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { importsOf } from "./imports.js";

const root = join(import.meta.dirname, "..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly version: string;
  readonly license: string;
  readonly engines: { readonly node: string };
  readonly bin: { readonly harmonium: string };
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

describe("what is built", () => {
  test("each entry of exports and bin exists, types beside it", () => {
    const entries = Object.values(manifest.exports).flatMap((entry) =>
      typeof entry === "string" ? [entry] : [entry.types, entry.default],
    );
    expect(Object.keys(manifest.exports)).toEqual([".", "./node", "./package.json"]);
    for (const entry of [...entries, ...Object.values(manifest.bin)])
      expect(existsSync(join(root, entry)), entry).toBe(true);
    expect(readFileSync(join(root, manifest.bin.harmonium), "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test("the package finds itself by its name, and gives what the sources say", async () => {
    const library = (await import("harmonium")) as Record<string, unknown>;
    const node = (await import("harmonium/node")) as Record<string, unknown>;
    expect(Object.keys(library)).toEqual(Object.keys(await import("#src/index.js")));
    expect(Object.keys(library)).toEqual(expect.arrayContaining(["train", "initializeRbm", "HarmoniumError"]));
    expect(Object.keys(node)).toEqual(expect.arrayContaining(["loadData", "loadModel", "recordRun"]));
  });

  test("harmonium --version is the package's", () => {
    const { stdout, status } = spawnSync(process.execPath, ["bin/harmonium.js", "--version"], {
      cwd: root,
      encoding: "utf8",
    });
    expect([stdout.trim(), status]).toEqual([manifest.version, 0]);
  });

  test.each(["js", "d.ts"])("index.%s needs nothing that is not in the package, and no module of Node", (ending) => {
    const seen = new Set([`dist/src/index.${ending}`]);
    for (const file of seen) {
      for (const { specifier, target } of importsOf(file, readFileSync(join(root, file), "utf8"))) {
        expect(specifier, file).toMatch(/^\./);
        seen.add(target.replace(/\.ts$/, `.${ending}`));
      }
    }
    expect(seen.size).toBeGreaterThan(30);
    expect([...seen].filter((file) => file.startsWith("dist/src/node/"))).toEqual([]);
  });
});

describe("package.json", () => {
  test("asks for Node 20.19 or later, as the set-up does", () => {
    expect(manifest.engines).toEqual({ node: ">=20.19" });
    expect(readFileSync(join(root, "scripts/setup.mjs"), "utf8")).toContain("expected 20.19 or later");
    expect(readFileSync(join(root, ".npmrc"), "utf8")).toMatch(/^engine-strict=true$/m);
  });

  test("names exact versions, which the lock file has", () => {
    const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
      packages: Record<string, { version: string }>;
    };
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
      expect(packages[`node_modules/${name}`]?.version, name).toBe(version);
    }
  });

  test("has no dependency that cli/ and src/node/ do not name", () => {
    const folders = ["cli", "cli/figures", "src/node"].map((folder) => join(root, folder));
    const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
    const texts = files.filter((file) => file.endsWith(".ts")).map((file) => readFileSync(file, "utf8"));
    const unused = Object.keys(manifest.dependencies).filter((name) => !texts.some((text) => text.includes(name)));
    expect(unused).toEqual([]);
  });
});

describe("npm pack", () => {
  interface Packed {
    readonly size: number;
    readonly unpackedSize: number;
    readonly files: readonly { readonly path: string; readonly size: number }[];
  }

  function pack(): Packed {
    const options = { cwd: root, encoding: "utf8", shell: process.platform === "win32" } as const;
    const { stdout, stderr, status } = spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], options);
    expect(status, stderr).toBe(0);
    return (JSON.parse(stdout) as [Packed])[0];
  }

  test("holds the build, README, CHANGELOG and LICENSE, nothing else; at most 2.2 MB packed, 6 MB unpacked", () => {
    const { size, unpackedSize, files } = pack();
    const paths = files.map(({ path }) => path);
    const expected =
      /^(bin\/harmonium\.js|dist\/(src|cli)\/.+\.(js|d\.ts|js\.map)|dist\/lab\/.+\.(html|js|css|svg|bin\.gz|safetensors\.gz|json\.gz)|README\.md|CHANGELOG\.md|LICENSE|package\.json)$/;
    expect(paths.filter((path) => !expected.test(path) && path !== "dist/.harmonium-build")).toEqual([]);
    expect(paths).toEqual(
      expect.arrayContaining(["README.md", "CHANGELOG.md", "LICENSE", "dist/src/kernels/worker.js"]),
    );
    expect(size).toBeLessThan(2_200_000);
    expect(unpackedSize).toBeLessThan(6_000_000);
    // a package that holds too little would be small too
    expect(size).toBeGreaterThan(100_000);
  });

  test("the licence is MIT", () => {
    expect(manifest.license).toBe("MIT");
    expect(readFileSync(join(root, "LICENSE"), "utf8")).toMatch(
      /^MIT License\n\nCopyright \(c\) 2026 the harmonium authors\n/,
    );
  });
});
