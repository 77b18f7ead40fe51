import { readFile, statfs } from 'node:fs/promises';
import { basename } from 'node:path';

/** A medium that was plugged in and mounted. */
export interface Stick {
  path: string;
  name: string;
  freeBytes: number;
}

/** Where the systems that we run on put what is plugged in. */
export const STICK_ROOTS = ['/media', '/run/media', '/mnt'];

/** `\040` and the like, as the kernel writes blanks in a mount table (proc(5)). */
const plain = (text: string) =>
  text.replace(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** Mount points below one of the roots, in the order of the table. Pure. @param table as in /proc/self/mounts */
export function mountsBelow(table: string, roots: readonly string[]): string[] {
  const points = table.split('\n').flatMap((line) => {
    const [, point = '', , options = ''] = line.split(' ');
    return point === '' || options.split(',').includes('ro') ? [] : [plain(point)];
  });
  return [...new Set(points)].filter((point) => roots.some((root) => point.startsWith(`${root}/`)));
}

/** What may be written to now; none where the system keeps no table of mounts. */
export async function listSticks(roots: readonly string[] = STICK_ROOTS): Promise<Stick[]> {
  const table = await readFile('/proc/self/mounts', 'utf8').catch(() => '');
  const sticks = mountsBelow(table, roots).map(async (path): Promise<Stick[]> => {
    const space = await statfs(path).catch(() => null); // pulled a moment ago
    return space === null ? [] : [{ path, name: basename(path), freeBytes: space.bavail * space.bsize }];
  });
  return (await Promise.all(sticks)).flat();
}
