import { readdir, readFile } from 'node:fs/promises';

/** All processes below one, children before grandchildren. Linux only. */
export async function descendants(root: number): Promise<number[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const parents = new Map(await Promise.all(names.map(async (name) => [Number(name), await parentOf(name)] as const)));
  const found = [root];
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid) found.push(child);
  return found.slice(1);
}

/** Parent and state stand behind the program's name, which is in parentheses and may hold anything. */
async function statOf(pid: number | string): Promise<string[]> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

async function parentOf(pid: string): Promise<number> {
  return Number((await statOf(pid))[1]);
}

/** Those that still run. A zombie is dead; who reaps it is not our matter. */
export async function alive(pids: number[]): Promise<number[]> {
  const states = await Promise.all(pids.map(async (pid) => (await statOf(pid))[0]));
  return pids.filter((_pid, index) => states[index] !== '' && states[index] !== undefined && states[index] !== 'Z');
}
