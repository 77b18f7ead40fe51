import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { appDouble } from '../electron-double/app.ts';
import { BrowserWindowDouble, CLOSED_PREFERENCES } from '../electron-double/browser-window.ts';
import { sessionOf } from '../electron-double/session.ts';

const onLost = vi.fn();
let server: Server;

beforeEach(async () => {
  process.on('unhandledRejection', onLost);
  server = createServer((_request, response) => void response.end('<title>page</title>')).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  process.off('unhandledRejection', onLost);
  server.close();
});

/** Found by a SIGTERM between a page's answer and its arrival in the window: the process ended with 1 for 0. */
it('a window that ends while its document is on the way gives up the load, and nothing is left over', async () => {
  const window = new BrowserWindowDouble({ webPreferences: { ...CLOSED_PREFERENCES } });
  const { request } = (await window.page).context();
  sessionOf('').webRequest.onHeadersReceived((_details, answer) => {
    // The first step of closing a window's browser context, and the one that the answer came after.
    void request.dispose().then(() => {
      window.destroy();
      answer({});
    });
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await expect(window.loadURL(url)).rejects.toThrow('ERR_ABORTED');
  appDouble.exit();
  await appDouble.ended;
  expect(onLost).not.toHaveBeenCalled();
});
