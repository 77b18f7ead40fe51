import { describe, expect, it } from 'vitest';
import { framedOriginIn, isAllowed, originOf, webPreferences } from './security.ts';

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

describe('which page may stand in a frame', () => {
  const policy = (text: string) => framedOriginIn({ 'Content-Security-Policy': [text] });

  it.each([
    ["default-src 'self'; frame-src https://rate.example; img-src 'self'", 'https://rate.example'],
    ["default-src 'self';frame-src https://rate.example:8443", 'https://rate.example:8443'],
    ["frame-src 'none'", null],
    ["default-src 'self'", null],
    ['frame-src https://rate.example https://other.example', null],
    ['frame-src https:', null],
    ['frame-src *', null],
    ['frame-src https://*.example', null],
    ['frame-src https://rate.example/page', null],
    ['child-frame-src https://rate.example', null],
    ['frame-src data:', null],
    ['', null],
  ])('%s: %s', (text, origin) => {
    expect(policy(text)).toBe(origin);
  });

  it('is none where no policy was sent', () => {
    expect(framedOriginIn({})).toBeNull();
    expect(framedOriginIn({ 'content-security-policy': [] })).toBeNull();
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

  it('let the first key of somebody who rates by ear speak, and a page that nobody sees go on', () => {
    expect(webPreferences(true)).toMatchObject({
      autoplayPolicy: 'no-user-gesture-required',
      backgroundThrottling: false,
    });
  });

  it('keep nothing on the disk', () => {
    expect(webPreferences(true).partition).not.toMatch(/^persist:/);
  });
});
