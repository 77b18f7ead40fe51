import type { App, Session, WebContents, WebPreferences } from 'electron';

/**
 * All that keeps a page inside the window, in one place. The page is ours, but what it shows (item names, comments)
 * comes from elsewhere, and anybody may touch the screen: nothing here relies on the page behaving.
 */

/** A session in memory: nothing of one visit, not even a cache, is on the disk for the next person. */
export const PARTITION = 'citizen';

/** @param isPackaged developer tools exist only in a checkout */
export function webPreferences(isPackaged: boolean): WebPreferences {
  return {
    partition: PARTITION,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    navigateOnDragDrop: false,
    disableDialogs: true,
    spellcheck: false,
    devTools: !isPackaged,
    // The voice prompts play without a touch before them; a window behind the screen saver must not fall asleep.
    autoplayPolicy: 'no-user-gesture-required',
    backgroundThrottling: false,
  };
}

/** Before the app is ready: every renderer is sandboxed, whoever makes it, and gestures do not navigate or zoom. */
export function hardenBeforeReady(app: App): void {
  app.enableSandbox();
  app.commandLine.appendSwitch('disable-pinch');
  app.commandLine.appendSwitch('overscroll-history-navigation', '0');
}

/** Electron grants every permission and saves every download where nobody decides; here everybody is refused. */
export function lockSession(session: Session, report: Report): void {
  session.setPermissionRequestHandler((_contents, permission, decide) => {
    report('permission denied', { permission });
    decide(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event, item) => {
    event.preventDefault();
    report('download denied', { origin: originOf(item.getURL()) });
  });
}

/**
 * Hears which official page (内蒙古 Art 11) the appliance lets its own page show in a frame: it says so in the content
 * policy of that page, from the signed configuration. Read there, window and page can never hold to different ones.
 * @param home as `allowedOrigin` of `lockContents`: what any other page says of frames counts nothing
 * @returns the origin that the page now shown may frame; null: none
 */
export function hearFramedOrigin(session: Session, home: () => string | null): () => string | null {
  let framed: string | null = null;
  session.webRequest.onHeadersReceived(({ resourceType, url, responseHeaders }, answer) => {
    if (resourceType === 'mainFrame' && isAllowed(url, home())) framed = framedOriginIn(responseHeaders ?? {});
    answer({});
  });
  return () => framed;
}

/** The one origin that a `frame-src` of the appliance names; a list, a scheme or a wildcard names none. */
export function framedOriginIn(headers: Record<string, string[]>): string | null {
  const policies = Object.entries(headers).filter(([name]) => name.toLowerCase() === 'content-security-policy');
  return /(?:^|;)\s*frame-src\s+(https?:\/\/[a-z0-9.:[\]-]+)\s*(?:;|$)/.exec(policies[0]?.[1][0] ?? '')?.[1] ?? null;
}

/** Where a window may be, asked each time: a restarted appliance may listen elsewhere, or have another configuration. */
export interface AllowedOrigins {
  /** The appliance's; null: nowhere to go. */
  home: () => string | null;
  /** That frames may show beside it (`hearFramedOrigin`). */
  framed: () => string | null;
}

/** Holds one web contents on the appliance's origin. Reports name origins only: a full address may carry a token. */
export function lockContents(contents: WebContents, { home, framed }: AllowedOrigins, report: Report): void {
  const hold = (event: { preventDefault(): void; url: string; isMainFrame: boolean }) => {
    if (isAllowed(event.url, home()) || (!event.isMainFrame && isAllowed(event.url, framed()))) return;
    event.preventDefault();
    report('navigation denied', { origin: originOf(event.url) });
  };
  contents.on('will-frame-navigate', hold);
  contents.on('will-redirect', hold);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    report('new window denied', { origin: originOf(url) });
    return { action: 'deny' };
  });
  contents.on('certificate-error', (event, url, error, _certificate, decide) => {
    event.preventDefault();
    decide(false);
    report('certificate refused', { origin: originOf(url), error });
  });
}

export type Report = (event: string, detail: Record<string, unknown>) => void;

/** Whether a page of the appliance may go to `url`. */
export function isAllowed(url: string, allowedOrigin: string | null): boolean {
  return allowedOrigin !== null && originOf(url) === allowedOrigin;
}

/** The origin of an address, `null` for an opaque one (data:, about:) and for what is no address at all. */
export function originOf(url: string): string | null {
  const origin = URL.parse(url)?.origin ?? 'null';
  return origin === 'null' ? null : origin;
}
