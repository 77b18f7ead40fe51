import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { ACCESS_ROLES, accessCode, hourOf, readAccessCode } from './access-code.ts';
import { type AccessError, TechnicianAccess } from './technician-access.ts';

const KEY = Buffer.alloc(32, 1);
const DEVICE = 'device-1';
const MINUTE = 60_000;

describe('a code', () => {
  it('is the one that RFC 4226 §5.3 cuts from the HMAC', () => {
    // Reckoned with openssl: printf 'pingjiaqi access 1\nlook\n490000\ndevice-1' | openssl dgst -sha256 -mac hmac …
    expect(accessCode(KEY, { deviceId: DEVICE, role: 'look', hour: 490_000 })).toBe('70768476');
  });

  it('opens its own device, role and hour, with a quarter of an hour after and five minutes before it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ACCESS_ROLES), fc.integer({ min: 0, max: 1e6 }), (role, hour) => {
        const code = accessCode(KEY, { deviceId: DEVICE, role, hour });
        const at = (minutes: number) => readAccessCode(KEY, DEVICE, code, (hour * 60 + minutes) * MINUTE)?.role ?? null;
        expect([-6, -5, 0, 59, 74, 76].map(at)).toEqual([null, role, role, role, role, null]);
        expect(readAccessCode(KEY, 'device-2', code, hour * 60 * MINUTE)).toBeNull();
        expect(readAccessCode(Buffer.alloc(32, 2), DEVICE, code, hour * 60 * MINUTE)).toBeNull();
      }),
      { numRuns: 50 },
    );
  });

  it.each(['', '1234567', '123456789', '12345a78', '１２３４５６７８', ' 1234567'])('is not %j', (code) => {
    expect(readAccessCode(KEY, DEVICE, code, 0)).toBeNull();
  });
});

describe('the maintenance page', () => {
  let dataDir: string;
  let clock: VirtualClock;
  let notes: string[];
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'access-'));
    clock = new VirtualClock();
    notes = [];
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  const access = (deviceId: string | null = DEVICE) =>
    new TechnicianAccess({
      dataDir,
      clock,
      key: () => KEY,
      deviceId: () => deviceId,
      note: (type, detail) => void notes.push(`${type} ${JSON.stringify(detail)}`),
    });
  const codeNow = (role: 'look' | 'change' = 'change') =>
    accessCode(KEY, { deviceId: DEVICE, role, hour: hourOf(clock.wallMs()) });
  /** Not one of the codes in force. */
  const wrong = () => (codeNow() === '00000000' ? '00000001' : '00000000');
  const outcome = (act: () => unknown) => {
    try {
      act();
      return 'opened';
    } catch (error) {
      return (error as AccessError).code;
    }
  };

  it('opens for a quarter of an hour and locks itself', async () => {
    const door = access();
    const { token } = door.enter(codeNow('look'));
    await clock.advance(15 * MINUTE - 1);
    expect(door.session(token)).toEqual({ role: 'look', remainingMs: 1 });
    await clock.advance(1);
    expect(door.session(token)).toBeNull();
    expect(notes).toEqual(['technician_entered {"role":"look"}']);
  });

  it('locks at once when asked, and knows no other token', () => {
    const door = access();
    const { token } = door.enter(codeNow());
    expect([door.session(null), door.session('x'.repeat(43))]).toEqual([null, null]);
    door.lock();
    expect(door.session(token)).toBeNull();
  });

  it('opens by each code once, over restarts and torn files of others', () => {
    const code = codeNow();
    access().enter(code);
    expect(outcome(() => access().enter(code))).toBe('code_used');
    expect(outcome(() => access().enter(codeNow('look')))).toBe('opened');
    writeFileSync(join(dataDir, 'technician-access.json'), '{"used":');
    expect(outcome(() => access().enter(wrong()))).toBe('code_wrong');
  });

  it('takes five wrong codes, then none for a quarter of an hour, a restart or not', async () => {
    for (let n = 1; n < 5; n++) expect(outcome(() => access().enter(wrong()))).toBe('code_wrong');
    expect(outcome(() => access().enter(wrong()))).toBe('access_locked');
    expect(outcome(() => access().enter(codeNow()))).toBe('access_locked');
    await clock.advance(15 * MINUTE - 1);
    expect(outcome(() => access().enter(codeNow()))).toBe('access_locked');
    await clock.advance(1);
    expect(outcome(() => access().enter(codeNow()))).toBe('opened');
    expect(notes).toEqual(['technician_locked_out {"tries":5}', 'technician_entered {"role":"change"}']);
  });

  it('admits whoever enrolled the device for the same quarter of an hour, and says so', async () => {
    const door = access();
    const { token } = door.admit();
    expect(door.session(token)?.role).toBe('change');
    await clock.advance(15 * MINUTE);
    expect(door.session(token)).toBeNull();
    expect(notes).toEqual(['technician_entered {"role":"change","by":"enrolment"}']);
  });

  it('is opened by no code on a bare device', () => {
    expect(outcome(() => access(null).enter(codeNow()))).toBe('code_wrong');
  });

  it('keeps no code and no token on disk', () => {
    const door = access();
    const code = codeNow();
    const { token } = door.enter(code);
    const kept = readFileSync(join(dataDir, 'technician-access.json'), 'utf8');
    expect(kept).not.toContain(code);
    expect(kept).not.toContain(token);
  });
});
