// Valid HTML (Nu), WCAG 2.2 AA (axe), 320 px without sideways scrolling, weight: for every kind of page.
// Usage: node quality.mjs BASE [FOLDER-FOR-SCREENSHOTS [PATH ...]]; without paths, every page that a link leads to.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import vnu from 'vnu-jar';
import { browse, crawl } from './browser.mjs';

const [base, folder, ...own] = process.argv.slice(2);
const HEAVIEST = 50_000;
const faults = [];

await browse(async (browser) => {
  const context = await browser.newContext({ javaScriptEnabled: true });
  const page = await context.newPage();
  const paths = own.length > 0 ? own : await crawl(base, page);
  console.log(`${paths.length} pages`);
  await validate(paths);
  for (const scheme of ['light', 'dark']) await check(browser, paths, scheme);
  await narrow(browser, paths);
  if (folder) await picture(browser, paths);
});
for (const fault of faults) console.log(`FAULT ${fault}`);
console.log(faults.length === 0 ? 'every page is well' : `${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);

async function validate(paths) {
  const files = mkdtempSync(join(tmpdir(), 'vermerk-html-'));
  for (const [place, path] of paths.entries()) {
    for (const language of ['de', 'en']) {
      const answer = await fetch(new URL(path, base), { headers: { 'accept-language': language } });
      const text = await answer.text();
      if (text.length > HEAVIEST) faults.push(`${path}: ${text.length} bytes`);
      if (/\sstyle=|<script|\son[a-z]+=/.test(text)) faults.push(`${path}: something inline`);
      writeFileSync(join(files, `${place}-${language}.html`), text);
    }
  }
  try {
    execFileSync('java', ['-Xmx256m', '-jar', vnu, '--skip-non-html', '--errors-only', '--format', 'gnu', files], { stdio: 'pipe' });
  } catch (error) {
    for (const line of String(error.stderr).trim().split('\n')) {
      const place = Number(/(\d+)-(?:de|en)\.html/.exec(line)?.[1]);
      faults.push(`${paths[place]}: ${line.replace(/.*\.html"?:/, '')}`);
    }
  }
}

async function check(browser, paths, scheme) {
  const context = await browser.newContext({ colorScheme: scheme });
  const page = await context.newPage();
  for (const path of paths) {
    await page.goto(new URL(path, base).href);
    // The archived copy is another author's page; its frame has no script to ask.
    const found = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .exclude('iframe')
      .analyze();
    for (const one of found.violations) {
      const where = one.nodes.slice(0, 2).map((node) => node.html.slice(0, 120)).join(' | ');
      faults.push(`${path} (${scheme}): ${one.id}: ${one.help}: ${where}`);
    }
  }
  await context.close();
}

async function narrow(browser, paths) {
  const context = await browser.newContext({ viewport: { width: 320, height: 640 } });
  const page = await context.newPage();
  for (const path of paths) {
    await page.goto(new URL(path, base).href);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > 320) faults.push(`${path}: ${width} px wide on a screen of 320`);
  }
  await context.close();
}

async function picture(browser, paths) {
  mkdirSync(folder, { recursive: true });
  const dresses = [
    ['light', { colorScheme: 'light', viewport: { width: 1100, height: 800 } }],
    ['dark', { colorScheme: 'dark', viewport: { width: 1100, height: 800 } }],
    ['320', { viewport: { width: 320, height: 640 } }],
    ['print', { viewport: { width: 794, height: 1123 } }],
  ];
  for (const [name, options] of dresses) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    for (const path of paths) {
      await page.goto(new URL(path, base).href);
      if (name === 'print') await page.emulateMedia({ media: 'print' });
      const file = (path === '/' ? 'start' : path.slice(1)).replace(/[^A-Za-z0-9]+/g, '-');
      await page.screenshot({ path: join(folder, `${file}.${name}.png`), fullPage: true });
      if (name === 'print') await page.emulateMedia({ media: 'screen' });
    }
    await context.close();
  }
}
