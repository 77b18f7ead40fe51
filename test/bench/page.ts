import Fastify from 'fastify';
import type { Browser } from 'playwright-core';
import { createListener } from '../../app/server/listener.ts';
import { launchBrowser, openScreen } from '../support/browser.ts';
import type { Product } from './product.ts';
import { median, type Row, row } from './row.ts';

/**
 * Opening → the citizen's page painted and in touch with the appliance, in a browser that has nothing of it yet, against
 * the same picture as plain HTML with the same style sheet. The two alternate.
 */

const GOAL = { max: 1.5 };
const SCREEN = { width: 1280, height: 800 };
const READY = '.idle .items li';

/**
 * Runs in the page before anything of it: ms from the start of the navigation to the end of the frame with `what`, or to
 * the first word of the page's socket where that comes later, since until then a touch would wait.
 */
function lieInWait(what: string): void {
  const found = globalThis as unknown as { usable: Promise<number>; WebSocket: typeof WebSocket };
  const heard: Promise<number>[] = [];
  found.WebSocket = class extends found.WebSocket {
    constructor(...address: ConstructorParameters<typeof WebSocket>) {
      super(...address);
      const first = new Promise((resolve) => this.addEventListener('message', resolve, { once: true }));
      heard.push(first.then(() => performance.now()));
    }
  };
  const painted = new Promise<number>((resolve) => {
    const look = () => {
      if (document.querySelector(what) === null) return;
      observer.disconnect();
      requestAnimationFrame(() => {
        // A message's turn comes after the frame that is being made now.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(null);
      });
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true });
  });
  found.usable = painted.then(async (at) => Math.max(at, ...(await Promise.all(heard))));
}

/** In a profile of its own, so that nothing is there from the time before. */
async function open(browser: Browser, url: string): Promise<number> {
  const context = await openScreen(browser, SCREEN);
  try {
    const page = await context.newPage();
    await page.addInitScript(lieInWait, READY);
    await page.goto(url);
    return await page.evaluate(() => (globalThis as unknown as { usable: Promise<number> }).usable);
  } finally {
    await context.close();
  }
}

/** The page as it stands when it is usable, without a script, from the same kind of server. */
async function servePicture(browser: Browser, url: string) {
  const context = await openScreen(browser, SCREEN);
  const page = await context.newPage();
  await page.goto(url);
  await page.locator(READY).first().waitFor();
  const { html, sheets } = await page.evaluate(() => {
    for (const script of document.querySelectorAll('script, link[rel=modulepreload]')) script.remove();
    const links = [...document.querySelectorAll('link[rel=stylesheet]')] as HTMLLinkElement[];
    return { html: document.documentElement.outerHTML, sheets: links.map(({ href }) => new URL(href).pathname) };
  });
  await context.close();
  const server = await createListener({ logger: Fastify().log, hosts: ['127.0.0.1'], limited: false, tls: null });
  server.get('/', (_request, reply) => reply.type('text/html').send(`<!doctype html>${html}`));
  for (const sheet of sheets) {
    const css = await (await fetch(new URL(sheet, url))).text();
    server.get(sheet, (_request, reply) => reply.type('text/css').send(css));
  }
  return { url: await server.listen({ host: '127.0.0.1', port: 0 }), close: () => server.close() };
}

/** @param product nobody is at its window */
export async function benchPage(product: Product, quick: boolean): Promise<Row[]> {
  const browser = await launchBrowser();
  try {
    const picture = await servePicture(browser, product.urls.citizen);
    const ours: number[] = [];
    const bare: number[] = [];
    for (let number = -2; number < (quick ? 10 : 30); number++) {
      const [mine, theirs] = [await open(browser, product.urls.citizen), await open(browser, picture.url)];
      // The first two find the browser itself cold.
      if (number < 0) continue;
      ours.push(mine);
      bare.push(theirs);
    }
    await picture.close();
    const reference: [string, number] = ['the same picture as plain HTML and CSS', median(bare)];
    return [row("opening → citizen's page usable, nothing cached, median", 'ms', median(ours), reference, GOAL)];
  } finally {
    await browser.close();
  }
}
