import { app } from './app.ts';
import { BrowserWindowDouble as BrowserWindow } from './browser-window.ts';
import { control } from './control.ts';
import { safeStorage } from './safe-storage.ts';
import { session } from './session.ts';
import { strict } from './strict.ts';
import { utilityProcess } from './utility-process.ts';

/** The members of `electron` that our shell uses, over real Chromium. Anything else is not there. See README.md. */
const Menu = strict('Menu', { setApplicationMenu: (_menu: null) => {} });

const screen = strict('Screen', { getPrimaryDisplay: () => ({ scaleFactor: 1 }) });

const powerSaveBlocker = strict('powerSaveBlocker', { start: (type: string) => control.powerSaveBlockers.push(type) });

export { app, BrowserWindow, Menu, powerSaveBlocker, safeStorage, screen, session, utilityProcess };
