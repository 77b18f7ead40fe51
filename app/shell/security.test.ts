import { describe, expect, it } from 'vitest';
import { isAllowed, originOf, webPreferences } from './security.ts';

const HOME = 'http://127.0.0.1:4100';

describe('where a page may go', () => {
  it.each([
    [`${HOME}/`, true],
    [`${HOME}/citizen?x=1#y`, true],
    ['HTTP://127.0.0.1:4100/', true],
    ['http://127.0.0.1:4101/', false],
    ['https://127.0.0.1:4100/', false],
    ['http://localhost:4100/', false],
    ['http://127.0.0.1:4100.evil.example/', false],
    ['http://127.0.0.1:4100@evil.example/', false],
    ['http://evil.example/http://127.0.0.1:4100/', false],
    ['file:///etc/passwd', false],
    ['data:text/html,x', false],
    ['about:blank', false],
    ['javascript:alert(1)', false],
    ['view-source:http://127.0.0.1:4100/', false],
    ['blob:http://evil.example/1', false],
    ['mailto:a@b', false],
    ['', false],
    ['http://', false],
  ])('%s: %s', (url, allowed) => {
    expect(isAllowed(url, HOME)).toBe(allowed);
  });

  it('is nowhere while the appliance has no address, not even to another opaque origin', () => {
    expect(isAllowed('data:text/html,x', null)).toBe(false);
    expect(isAllowed(`${HOME}/`, null)).toBe(false);
    expect(originOf('about:blank')).toBeNull();
  });
});

describe('web preferences', () => {
  it('are closed, developer tools included, once packaged', () => {
    expect(webPreferences(true)).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      navigateOnDragDrop: false,
      devTools: false,
    });
    expect(webPreferences(true)).not.toHaveProperty('preload');
    expect(webPreferences(false).devTools).toBe(true);
  });

  it('keep nothing on the disk', () => {
    expect(webPreferences(true).partition).not.toMatch(/^persist:/);
  });
});
