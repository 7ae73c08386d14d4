// Starts Chromium; every test of the site uses the same one.
import { chromium } from 'playwright-core';

export const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';

export async function browse(work) {
  const browser = await chromium.launch({ executablePath: executable, args: ['--no-sandbox'] });
  try {
    await work(browser);
  } finally {
    await browser.close();
  }
}

// Fails with a sentence.
export function expect(holds, sentence) {
  if (!holds) throw new Error(sentence);
}

// Every page of the site that a link leads to, one of each kind of list item where there are many.
export async function crawl(base, page, most = 60) {
  const seen = new Set();
  const kinds = new Map();
  const waiting = ['/', '/nowhere', '/search?q=abkommen', '/changes?whom=all'];
  while (waiting.length > 0 && seen.size < most) {
    const path = waiting.shift();
    if (seen.has(path)) continue;
    seen.add(path);
    const answer = await page.goto(new URL(path, base).href);
    if (!(answer.headers()['content-type'] ?? '').startsWith('text/html')) {
      seen.delete(path);
      continue;
    }
    const links = await page.$$eval('a[href]:not([download])', (all) => all.map((a) => a.href));
    for (const link of links) {
      const url = new URL(link);
      url.hash = '';
      const target = url.pathname + url.search;
      if (url.origin !== new URL(base).origin || url.searchParams.has('lang')) continue;
      if (/^\/(api|feeds|data\/|calendar|proof\/)|cite\.|\/bytes$|\/view$/.test(url.pathname)) continue;
      const kind = url.pathname.replace(/[0-9a-f-]{36}|[A-Z]{2}$/, '*') + [...url.searchParams.keys()].join();
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      if (kinds.get(kind) <= 1 && !seen.has(target)) waiting.push(target);
    }
  }
  return [...seen];
}
