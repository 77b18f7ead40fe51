import { rmSync } from 'node:fs';
import { vi } from 'vitest';

/** What the shell on the real appliance is started with in tests: any free port, this machine alone, no chatter. */
export const SHELL_SETTINGS = {
  PINGJIAQI_LOCAL_PORT: '0',
  PINGJIAQI_LAN_PORT: '0',
  PINGJIAQI_LAN_HOST: '127.0.0.1',
  PINGJIAQI_LOG: 'warn',
};

export type LoadedShell = Awaited<ReturnType<typeof loadShell>>;

/**
 * The shell's sources over the double, as fresh modules each time: both live once in a process, and a mock outlives a
 * reset of the modules.
 * @param token what the shell is to take for its secret, so that a test may ask the device as the device's user would;
 *   a new one as on a device if undefined
 */
export async function loadShell(token?: string) {
  vi.resetModules();
  // The package itself would try to download its binary.
  vi.doMock('electron', () => import('./index.ts'));
  if (token !== undefined) vi.doMock('../../app/window-watch/new-token.ts', () => ({ newToken: () => token }));
  const { control } = await import('./control.ts');
  const { appDouble } = await import('./app.ts');
  const { killRenderers, killGpu } = await import('./browser.ts');
  const { runShell } = await import('../../app/shell/shell.ts');
  return { control, app: appDouble, killRenderers, killGpu, runShell };
}

/** Ends the shell as a user would, and forgets what it kept beside the appliance's data. */
export async function quitShell({ app, control }: LoadedShell): Promise<void> {
  app.quit();
  await app.ended;
  rmSync(control.userData, { recursive: true });
}
