// Pictures of the sample board: node pictures.mjs PAGES PICTURES. PAGES is what the example `pages` of
// guardian-board wrote. CHROMIUM names the browser.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const [pages, pictures] = process.argv.slice(2);
// The time of the sample: otherwise the picture would show that it is years old.
const NOW = 1_700_000_000_000;
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--font-render-hinting=none"],
});

async function picture(file, name, { width, height, scheme = "light", whole = false }) {
  const page = await browser.newPage();
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.evaluateOnNewDocument((now) => { Date.now = () => now; }, NOW);
  await page.goto(pathToFileURL(file).href, { waitUntil: "load" });
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: whole, optimizeForSpeed: false });
  await page.close();
}

/** Text with SGR sequences as HTML; no other sequence is in the board's text. */
function terminal(text) {
  const colours = { 1: "font-weight:bold", 2: "opacity:.65", 31: "color:#ff7b72", 32: "color:#7ee787", 33: "color:#e3b341" };
  const escaped = text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  const spans = escaped.replace(/\u001b\[([0-9;]*)m/g, (_, codes) => codes === "0" || codes === ""
    ? "</span>" : `<span style="${codes.split(";").map((code) => colours[code] ?? "").join(";")}">`);
  return `<!doctype html><meta charset="utf-8"><body style="margin:0;background:#0d1117;color:#e6edf3">`
    + `<pre style="margin:0;padding:14px;display:inline-block;font:14px/1.35 'DejaVu Sans Mono',monospace">${spans}</pre>`;
}

const at = (name) => join(pages, name);
await picture(at("file-8.html"), "page-8", { width: 1000, height: 620 });
await picture(at("file-1000.html"), "page-1000", { width: 1000, height: 900, scheme: "dark" });
await picture(at("widget-light-8.html"), "widget", { width: 900, height: 600 });
const written = join(pages, "terminal.html");
writeFileSync(written, terminal(readFileSync(at("terminal-8.ansi"), "utf8")));
const page = await browser.newPage();
await page.setViewport({ width: 900, height: 400 });
await page.goto(pathToFileURL(written).href);
await (await page.$("pre")).screenshot({ path: join(pictures, "terminal.png") });
await browser.close();
