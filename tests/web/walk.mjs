// Walks the site as a reader does, in phases that the test calls one by one.
//   node walk.mjs read BASE               start → Kenya → change → citation
//   node walk.mjs subscribe BASE ADDRESS  fills the form: signings of any country, at once
//   node walk.mjs press URL               opens a link of a mail and presses its button
import { browse, expect } from './browser.mjs';

const [phase, base, argument] = process.argv.slice(2);
const phases = { read, subscribe, press };

await browse(async (browser) => {
  const context = await browser.newContext({ locale: 'en-GB' });
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => {
    // What an archived page may not do is for its author to complain about.
    const archived = /\/captures\/[^/]+\/view/.test(message.location().url);
    if (message.type() === 'error' && !archived) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await phases[phase](page);
  expect(complaints.length === 0, `the browser complains: ${complaints.join('; ')}`);
});
console.log(`${phase}: well`);

async function read(page) {
  await page.goto(base);
  expect((await page.title()).startsWith('Where things stand'), 'the start says where things stand');
  const matrix = page.locator('table.matrix');
  if ((await matrix.count()) > 0) {
    const cell = matrix.locator('tr', { hasText: 'Kenya' }).locator('a.cell', { hasText: 'done' }).first();
    expect((await cell.innerText()).includes('13 Sep 2024'.replaceAll(' ', '\u00a0')), 'the cell says when');
    await cell.click();
    expect(new URL(page.url()).pathname === '/countries/KE', 'a cell leads to its evidence');
    expect((await page.locator('.standing:target blockquote').count()) === 1, 'the evidence is marked');
    expect((await page.locator('svg.timeline:visible').count()) === 1, 'Kenya has a timeline');
  } else {
    await page.goto(new URL('/countries/KE', base).href);
  }
  expect((await page.locator('h1').innerText()) === 'Kenya', 'the country is named in the reader\'s language');
  await page.locator('.versions a').first().click();
  expect((await page.locator('ins').count()) > 0, 'new words are marked');
  await page.locator('summary', { hasText: 'Side by side' }).click();
  expect(await page.locator('.columns').isVisible(), 'both sides are shown beside each other');
  const citation = await page.locator('.citation').innerText();
  expect(/captured \d{4}-.*sha256 [0-9a-f]{64}.*change <http/s.test(citation), `the citation is whole: ${citation}`);
  await page.locator('dd a[href*="/captures/"]').last().click();
  const archived = page.frameLocator('iframe');
  expect((await archived.locator('body').innerText()).includes('Kenia'), 'the archived page is shown');
  await page.locator('.tongues a[lang="de"]').click();
  expect((await page.locator('html').getAttribute('lang')) === 'de', 'the language can be switched');
}

async function subscribe(page) {
  await page.goto(new URL('/subscribe', base).href);
  await page.fill('input[name="address"]', argument);
  await page.check('input[name="stage"][value="SIGNED"]');
  await page.check('input[name="cadence"][value="immediate"]');
  await page.locator('main button[type="submit"]').first().click();
  expect((await page.locator('h1').count()) === 1, 'the answer is a page');
}

async function press(page) {
  await page.goto(base);
  await page.locator('main button').first().click();
  expect((await page.locator('main h1').count()) === 1, 'the answer is a page');
}
