// The board in a real browser: node check.mjs URL FILE. URL is a server of `guardian board --serve
// --every 5`, FILE a page of `guardian board --html`; both show hostile names and causes. CHROMIUM names
// the browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const [url, file] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
let checked = 0;

/** A page that records every complaint: of the policy and the console, dialogs, foreign requests. */
async function open(address, { width = 1280, height = 900, scheme = "light" } = {}) {
  const page = await browser.newPage();
  const wrong = [];
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.evaluateOnNewDocument(() => {
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (e) =>
      window.violations.push(`${e.effectiveDirective} ${e.blockedURI} ${e.sample}`));
    window.alert = (text) => window.violations.push(`alert ${text}`);
  });
  page.on("dialog", (dialog) => { wrong.push(`dialog ${dialog.message()}`); dialog.dismiss(); });
  page.on("pageerror", (error) => wrong.push(`error ${error.message}`));
  page.on("console", (message) => {
    // The browser requests a favicon, not the page.
    if (message.type() === "error" && !message.location().url?.endsWith("/favicon.ico"))
      wrong.push(`console ${message.text()}`);
  });
  page.on("request", (request) => {
    const own = new URL(address);
    const asked = new URL(request.url());
    if (asked.protocol !== "data:" && asked.host !== own.host) wrong.push(`request ${request.url()}`);
  });
  await page.goto(address, { waitUntil: "load" });
  return { page, wrong };
}

async function quiet({ page, wrong }, where) {
  assert.deepEqual([...wrong, ...(await page.evaluate(() => window.violations))], [], where);
}

async function check(name, task) {
  try {
    await task();
    checked += 1;
  } catch (error) {
    console.error(`✖ ${name}\n${error.stack}`);
    process.exitCode = 1;
  }
}

const at = (query) => `${url}${query}`;
const text = (page) => page.evaluate(() => document.body.innerText);

await check("the page loads, its policy blocks nothing of its own, and a planted script has no effect", async () => {
  const opened = await open(url);
  const { page } = opened;
  assert.match(await page.title(), /red/);
  assert.ok((await page.$$("table tr")).length > 3);
  const shown = await text(page);
  assert.ok(shown.includes("<script>alert(1)</script>"), "the planted script is shown as text");
  assert.equal((await page.$$("script")).length, 1, "only the page's own script is there");
  assert.equal((await page.$$("cwdb-action")).length, 0);
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).display), "block");
  const handlers = await page.evaluate(() => [...document.querySelectorAll("*")]
    .flatMap((e) => [...e.attributes]).filter((a) => a.name.startsWith("on")).map((a) => a.name));
  assert.deepEqual(handlers, []);
  // The tiles have SVG links, whose address is in another property.
  const links = await page.$$eval("a", (all) => all.map((a) =>
    new URL(a.getAttribute("href"), location.href)).map((to) => `${to.protocol}//${to.host}`));
  const own = new URL(url);
  for (const link of links)
    assert.ok(link === `${own.protocol}//${own.host}` || /^https:\/\/[a-z0-9-]+\.console\.aws\.amazon\.com$/.test(link), link);
  await quiet(opened, "page");
  await page.close();
});

await check("a search finds what it says, from the keyboard alone", async () => {
  const opened = await open(url);
  const { page } = opened;
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q");
  await page.keyboard.type("is:red");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  assert.equal(new URL(page.url()).searchParams.get("q"), "is:red");
  assert.match(await text(page), /showing \d+ of \d+/);
  const states = await page.$$eval("main tbody tr > :first-child", (cells) => cells.map((c) => c.innerText));
  assert.ok(states.length > 0 && states.every((state) => /✖ (failed|timed out|aborted)/.test(state)), states.join("|"));
  await quiet(opened, "search");
  await page.close();
});

await check("light and dark follow the system, and a phone needs no sideways scrolling", async () => {
  const colours = [];
  for (const scheme of ["light", "dark"]) {
    const opened = await open(url, { width: 375, height: 812, scheme });
    colours.push(await opened.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor
      + getComputedStyle(document.body).backgroundColor));
    const wide = await opened.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wide <= 0, `${wide} pixels too wide in ${scheme}`);
    await opened.page.close();
  }
  assert.notEqual(colours[0], colours[1]);
});

await check("a kiosk has no link, no control and no whole account number", async () => {
  const opened = await open(at("?kiosk"), { width: 1920, height: 1080 });
  const { page } = opened;
  assert.equal((await page.$$("a, input, button, form")).length, 0);
  assert.ok(!(await text(page)).includes("123456789012"));
  await quiet(opened, "kiosk");
  await page.close();
});

await check("a server that does not answer leaves the rows and shows their age", async () => {
  const { page } = await open(url);
  const rows = (await page.$$("table tr")).length;
  await page.setOfflineMode(true);
  await page.waitForFunction(() => {
    const age = document.getElementById("age");
    return !age.hidden && age.innerText.includes("No answer for");
  }, { timeout: 20_000 });
  assert.equal((await page.$$("table tr")).length, rows);
  await page.setOfflineMode(false);
  await page.waitForFunction(() => document.getElementById("age").hidden, { timeout: 20_000 });
  await page.close();
});

await check("a copy that nothing refreshes says so after three minutes, without a script", async () => {
  const { page } = await open(pathToFileURL(file).href);
  const visible = () => page.evaluate(() => {
    const old = document.querySelector(".old");
    const style = getComputedStyle(old);
    return style.visibility === "visible" && style.display !== "none" && Number(style.opacity) > 0
      && old.getBoundingClientRect().height > 0;
  });
  assert.equal(await visible(), false);
  const ran = await page.evaluate(() => {
    const all = document.querySelector(".old").getAnimations();
    for (const animation of all) animation.currentTime = 181_000;
    return all.length;
  });
  assert.ok(ran > 0, "the line has an animation");
  assert.equal(await visible(), true);
  await page.close();
});

await check("a file that is not written any more says so, however often it is loaded again", async () => {
  const page = await browser.newPage();
  const visible = () => page.$eval("#old", (old) => getComputedStyle(old).visibility === "visible");
  await page.goto(pathToFileURL(file).href, { waitUntil: "load" });
  assert.equal(await visible(), false);
  await page.evaluateOnNewDocument(() => { const now = Date.now; Date.now = () => now() + 600_000; });
  for (let load = 0; load < 2; load += 1) {
    await page.reload({ waitUntil: "load" });
    assert.equal(await visible(), true);
  }
  await page.close();
});

await check("links keep the theme and the search", async () => {
  const opened = await open(at("?q=order&theme=dark"), { scheme: "light" });
  const { page } = opened;
  const dark = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const link = await page.evaluateHandle(() => [...document.querySelectorAll("a")].find((a) => a.innerText === "only faults"));
  await Promise.all([page.waitForNavigation(), link.click()]);
  const search = new URL(page.url()).searchParams;
  assert.deepEqual([search.get("q"), search.get("theme")], ["is:bad order", "dark"]);
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor), dark);
  await page.focus("#q");
  await page.keyboard.type(" is:red");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  assert.equal(new URL(page.url()).searchParams.get("theme"), "dark");
  await quiet(opened, "theme");
  await page.close();
});

await check("what a kiosk shows fits its screen", async () => {
  for (const [width, height] of [[1920, 1080], [1366, 768], [1280, 720]]) {
    const { page } = await open(at("?kiosk"), { width, height });
    const [rows, bottom] = await page.$$eval("tbody tr", (all) => {
      const shown = all.filter((row) => row.getClientRects().length > 0);
      return [shown.length, Math.max(...shown.map((row) => row.getBoundingClientRect().bottom))];
    });
    assert.ok(rows > 0 && bottom <= height, `${rows} rows end at ${bottom} of ${height}`);
    assert.match(await text(page), /\d+ to look at, the worst first/);
    await page.close();
  }
});

await check("the file has no script but its own and breaks no rule of its policy", async () => {
  const opened = await open(pathToFileURL(file).href);
  assert.equal((await opened.page.$$("script")).length, 1);
  assert.ok((await text(opened.page)).includes("<script>alert(1)</script>"));
  await quiet(opened, "file");
  await opened.page.close();
});

for (const [name, address] of [["page", url], ["search", at("?q=is%3Abad")], ["kiosk", at("?kiosk")], ["file", pathToFileURL(file).href]])
  for (const scheme of ["light", "dark"])
    await check(`axe-core finds nothing on the ${name}, ${scheme}`, async () => {
      const { page } = await open(address, { scheme });
      // Through the debugger, which the page's policy does not concern.
      await page.evaluate(axe);
      // A script cannot load a file again. It has no input that a reload would clear, and its scroll
      // position stays.
      const rules = name === "file" ? { "meta-refresh": { enabled: false } } : {};
      const found = await page.evaluate(async (rules) => (await window.axe.run({ rules })).violations
        .map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.html).slice(0, 3).join(" ")}`), rules);
      assert.deepEqual(found, []);
      await page.close();
    });

console.log(`${checked} checks of the board passed in ${await browser.version()}`);
await browser.close();
