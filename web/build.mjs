// Builds the page into dist/: one script, one style sheet, the fonts that it names, an icon and the
// licences, each with a hash of its content in its name. The same sources give the same bytes.
//
//   node build.mjs          build dist/
//   node build.mjs --test   bundle src/**/*.test.ts and run them
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const assets = join(here, "dist", "assets");

if (process.argv.includes("--test")) {
  process.exit(await test());
}
await page();

async function page() {
  rmSync(join(here, "dist"), { recursive: true, force: true });
  mkdirSync(assets, { recursive: true });
  const result = await build({
    absWorkingDir: here,
    entryPoints: { app: "src/main.ts" },
    outdir: "dist/assets",
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2022", "chrome120", "firefox125", "safari17"],
    charset: "utf8",
    legalComments: "none", // they are in the licences file
    loader: { ".woff2": "file" },
    metafile: true,
    logLevel: "warning",
  });
  const built = (extension, begin = "") => {
    const files = Object.keys(result.metafile.outputs).map((f) => basename(f)).filter((f) => extname(f) === extension && f.startsWith(begin));
    if (files.length !== 1) throw new Error(`expected one ${extension} file, got ${files.join(", ") || "none"}`);
    return `assets/${files[0]}`;
  };
  const names = {
    __SCRIPT__: built(".js"),
    __STYLE__: built(".css"),
    __FONT__: built(".woff2", "ibm-plex-sans-"), // every page needs it, and would hear of it only from the style sheet
    __ICON__: hashed("icon.svg", readFileSync(join(here, "src", "icon.svg"), "utf8")),
    __LICENCES__: hashed("licences.txt", licences()),
  };
  for (const file of ["index.html", "login.html"]) {
    let text = readFileSync(join(here, "src", file), "utf8");
    for (const [placeholder, name] of Object.entries(names)) text = text.replaceAll(placeholder, name);
    writeFileSync(join(here, "dist", file), text);
  }
}

// hashed writes an asset under a name that holds its content's hash, and returns its address.
function hashed(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  const file = `${basename(name, extname(name))}-${hash}${extname(name)}`;
  writeFileSync(join(assets, file), content);
  return `assets/${file}`;
}

// licences are the texts that have to travel with what is bundled.
function licences() {
  const of = (pkg, ...files) =>
    files.map((f) => `==== ${pkg}: ${f} ====\n\n${readFileSync(join(here, "node_modules", pkg, f), "utf8").trim()}\n`);
  return [
    ...of("@fontsource-variable/ibm-plex-sans", "LICENSE"),
    ...of("@fontsource/ibm-plex-mono", "LICENSE"),
  ].join("\n");
}

async function test() {
  const files = readdirSync(join(here, "src"), { recursive: true }).filter((f) => f.endsWith(".test.ts")).sort();
  const out = mkdtempSync(join(tmpdir(), "page-test-"));
  try {
    await build({
      absWorkingDir: join(here, "src"),
      entryPoints: files,
      outdir: out,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      logLevel: "warning",
    });
    const tests = files.map((f) => join(out, f.replace(/\.ts$/, ".mjs")));
    return spawnSync(process.execPath, ["--test", ...tests], { stdio: "inherit" }).status ?? 1;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
