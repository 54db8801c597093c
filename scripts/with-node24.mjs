// Runs `scripts/<name>.ts` with the Node that the project pins, whatever the machine has (any Node from 20 on can read
// this file). On a fresh clone it installs first: `npm start` and `npm test` are all the set-up there is.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const pinned = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies.node;
const node = join(root, "node_modules", ".bin", process.platform === "win32" ? "node.cmd" : "node");

const installed = () => {
  try {
    return JSON.parse(readFileSync(join(root, "node_modules", "node", "package.json"), "utf8")).version;
  } catch {
    return null;
  }
};

if (installed() !== pinned || !existsSync(node)) {
  console.log("Installing the project's packages (once)…");
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (npm.status !== 0) process.exit(npm.status ?? 1);
}

const [name, ...rest] = process.argv.slice(2);
const child = spawn(node, [join(root, "scripts", `${name}.ts`), ...rest], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, PATH: `${join(root, "node_modules", ".bin")}:${process.env.PATH ?? ""}` },
});
// The child has the terminal's signals too; we outlive it to pass its answer on.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal ? 130 : (code ?? 1)));
