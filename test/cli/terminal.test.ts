import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { begin, harmonium, objects, workplace } from "./program.js";

const { cwd, run } = workplace();

const task = ["train", "rbm", "--data", "bars-and-stripes:6", "--epochs", "40", "--hidden", "16", "--no-figures"];
// biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what is looked for
const anEscape = /\x1b/;

test("where no terminal is, there are plain lines without escapes", async () => {
  const { code, stdout, stderr } = await run(...task);
  expect(code).toBe(0);
  expect(stdout + stderr).not.toMatch(anEscape);
  expect(stderr).not.toContain("\r");
  const lines = stderr.trimEnd().split("\n");
  expect(lines[0]).toBe("Training an RBM of 36 visible and 16 hidden units on bars-and-stripes:6 (128 cases).");
  expect(
    lines.slice(1).every((line) => /^epoch \d+\/40: reconstruction error 0\.\d{4}, [\d,]+ images\/s/.test(line)),
  ).toBe(true);
  expect(lines.at(-1)).toMatch(/^epoch 40\/40: /);
});

/** Runs a command on a pseudo-terminal of 100 columns and writes what the terminal gets. */
const onTerminal = `
import fcntl, os, pty, struct, sys, termios
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    os.execvp(sys.argv[1], sys.argv[1:])
while True:
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if not data:
        break
    sys.stdout.buffer.write(data)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;
const hasPty = spawnSync("python3", ["-c", "import os, pty, termios; os.waitstatus_to_exitcode"]).status === 0;

describe.skipIf(!hasPty)("on a terminal (needs python3 with pty)", () => {
  const show = (env: Record<string, string>, ...words: string[]) =>
    begin(["python3", "-c", onTerminal, ...harmonium(...words)], { cwd, env: { TERM: "xterm-256color", ...env } })
      .ended;

  /** The states of the living line, and the lines around it. */
  function split(screen: string) {
    const states = screen.split("\r\x1b[2K").slice(1);
    return { states: states.map((state) => state.split("\r\n")[0] as string), screen };
  }

  test("one line lives, in colour, never wider than the terminal", async () => {
    const { code, stdout } = await show({}, ...task, "--run", "living");
    expect(code).toBe(0);
    const { states } = split(stdout);
    expect(states.length).toBeGreaterThanOrEqual(40);
    expect(states.at(-1)).toContain("epoch 40/40");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what is looked for
    const bare = states.map((state) => state.replace(/\x1b\[\d+m/g, ""));
    expect(bare.at(-1)).not.toBe(states.at(-1));
    expect(Math.max(...bare.map((state) => state.length))).toBeLessThan(100);
    expect(bare.at(-1)).toMatch(/ [▁▂▃▄▅▆▇█]{12,16}$/);
    expect(stdout).toMatch(/\r\n {2}run +living\r\n/);
  });

  test("NO_COLOR is honoured", async () => {
    const { stdout } = await show({ NO_COLOR: "1" }, ...task, "--run", "grey");
    expect(split(stdout).states.length).toBeGreaterThanOrEqual(40);
    expect(stdout.replaceAll("\r\x1b[2K", "")).not.toMatch(anEscape);
  });

  test("a dumb one gets plain lines", async () => {
    const { stdout } = await show({ TERM: "dumb" }, ...task, "--run", "dumb");
    expect(stdout).not.toMatch(anEscape);
    expect(stdout).toMatch(/\r\nepoch 40\/40: reconstruction error/);
  });

  test("JSON on it is not written over", async () => {
    const { stdout } = await show({}, ...task, "--run", "json", "--json");
    const lines = stdout.split("\r\n").filter((line) => line.startsWith("{"));
    expect(objects(lines.join("\n"))).toHaveLength(41);
    expect(stdout).not.toMatch(anEscape);
  });
});

const hasScript = spawnSync("script", ["-qec", "true", "/dev/null"]).status === 0;
test.skipIf(!hasScript)("on a terminal that does not tell its width (needs script of util-linux)", async () => {
  const command = harmonium(...task, "--run", "wide").join(" ");
  const { stdout } = await begin(["script", "-qec", command, "/dev/null"], { cwd, env: { TERM: "xterm" } }).ended;
  expect(stdout).toContain("\r\x1b[2Kepoch 40/40");
  expect(stdout).toContain("recon. error");
  expect(existsSync(`${cwd}/wide/model.safetensors`)).toBe(true);
});
