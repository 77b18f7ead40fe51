import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WINDOW_FLAGS } from '../../app/cli/window.ts';
import { kioskBrowser } from './kiosk-browser.ts';
import { until } from './until.ts';

/**
 * A page in a browser as the product opens it, and truly hidden. Spoken to without Playwright, which makes every page that it
 * looks into behave as one that is seen.
 */
export interface UnseenWindow {
  evaluate: <T>(expression: string) => Promise<T>;
  close: () => Promise<void>;
}

interface UnseenWindowOptions {
  /** For its profile. */
  folder: string;
  /** Flags that the product's own may overrule. */
  flags: readonly string[];
  /** Runs before any of the page's. */
  script: string;
}

export async function openUnseenWindow(
  url: string,
  { folder, flags, script }: UnseenWindowOptions,
): Promise<UnseenWindow> {
  const args = [...WINDOW_FLAGS, `--user-data-dir=${folder}`, '--app=about:blank'];
  const browser = spawn(kioskBrowser(folder, flags), args, { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => browser.once('exit', () => resolve()));
  const close = () => {
    browser.kill('SIGKILL');
    return ended;
  };
  const page = await connect(folder);
  const evaluate = async <T>(expression: string) => {
    const { result } = await page.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    return (result as { value: T }).value;
  };
  try {
    await load(page, url, script);
    await until(async () => (await evaluate<boolean>('document.hidden')) || hide(page));
  } catch (error) {
    await close();
    throw error;
  }
  return { evaluate, close };
}

/** A window that is still opening takes no notice of it. @returns that nothing is known yet */
async function hide({ send }: Line): Promise<false> {
  const { windowId } = await send('Browser.getWindowForTarget');
  await send('Browser.setWindowBounds', { windowId, bounds: { windowState: 'minimized' } });
  return false;
}

async function load({ send, loaded }: Line, url: string, source: string): Promise<void> {
  await send('Page.enable');
  await send('Page.setLifecycleEventsEnabled', { enabled: true });
  await send('Page.addScriptToEvaluateOnNewDocument', { source });
  const { loaderId } = await send('Page.navigate', { url });
  await until(() => loaded.has(String(loaderId)));
}

interface Message {
  id?: number;
  result?: Record<string, unknown>;
  error?: { message: string };
  params?: { name?: string; loaderId?: string };
}

type Line = Awaited<ReturnType<typeof connect>>;

/** A line to the one page of the browser that has its profile in `folder`. */
async function connect(folder: string) {
  const portFile = join(folder, 'DevToolsActivePort');
  await until(() => existsSync(portFile) && readFileSync(portFile, 'utf8').includes('\n'));
  const port = readFileSync(portFile, 'utf8').split('\n')[0];
  const target = await until(async () => {
    const targets = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as Record<string, string>[];
    return targets.find(({ type }) => type === 'page');
  });
  const socket = new WebSocket(target.webSocketDebuggerUrl ?? '');
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  const waiting = new Map<number, (message: Message) => void>();
  const loaded = new Set<string>();
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.id !== undefined) waiting.get(message.id)?.(message);
    if (message.params?.name === 'load') loaded.add(message.params.loaderId ?? '');
  });
  let last = 0;
  const send = async (method: string, params: object = {}) => {
    const id = ++last;
    socket.send(JSON.stringify({ id, method, params }));
    const { result, error } = await new Promise<Message>((resolve) => waiting.set(id, resolve));
    if (result === undefined) throw new Error(`${method}: ${error?.message}`);
    return result;
  };
  return { send, loaded };
}
