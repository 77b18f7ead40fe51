import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { startCentre, temporaryFolder } from '../fixture.ts';
import { openDatabase } from './database.ts';

describe('storage of the centre', () => {
  it('is durable before it answers: WAL, FULL, foreign keys; newest version pinned', () => {
    const db = openDatabase(temporaryFolder());
    const pragma = (name: string) => db.pragma(name, { simple: true });
    expect([pragma('journal_mode'), pragma('synchronous'), pragma('foreign_keys')]).toEqual(['wal', 2, 1]);
    expect(pragma('user_version')).toBe(20);
    db.close();
  });

  it('leaves the file of a newer centre alone', () => {
    const dataDir = temporaryFolder();
    const newer = new Database(join(dataDir, 'centre.sqlite'));
    newer.pragma('user_version = 9990');
    newer.close();
    expect(() => openDatabase(dataDir)).toThrow(expect.objectContaining({ code: 'database_newer' }));
    const again = new Database(join(dataDir, 'centre.sqlite'));
    expect(again.pragma('user_version', { simple: true })).toBe(9990);
    again.close();
  });

  it('keeps its keys to itself, and never replaces keys that it cannot read', async () => {
    const { centre, dataDir } = await startCentre();
    await centre.close();
    const path = join(dataDir, 'centre-keys.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    chmodSync(path, 0o600);
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, 40));
    await expect(startCentre({ dataDir })).rejects.toMatchObject({ code: 'keys_unreadable' });
    expect(readFileSync(path, 'utf8')).toHaveLength(40);
    expect(existsSync(`${path}.new`)).toBe(false);
  });

  it('says so when the port is taken, and leaves the folder usable', async () => {
    const { centre } = await startCentre();
    const port = Number(new URL(centre.url).port);
    const dataDir = temporaryFolder();
    await expect(startCentre({ dataDir, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await centre.close();
    const { centre: second } = await startCentre({ dataDir });
    await second.close();
  });
});
