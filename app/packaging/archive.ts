import { execFileSync } from 'node:child_process';
import { basename, dirname } from 'node:path';

/**
 * A tar.gz of a folder, under the folder's own name. Owner, order and times are fixed, so that the same tree gives the
 * same bytes and a hall can compare what it got. Needs GNU tar.
 * @param epochS seconds since 1970 that every member is dated with
 */
export function archiveFolder(folder: string, output: string, epochS: number): void {
  const fixed = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', `--mtime=@${epochS}`];
  // gzip -n leaves its own time out.
  const args = [...fixed, '-I', 'gzip -n -6', '-cf', output, '-C', dirname(folder), basename(folder)];
  execFileSync('tar', args, { stdio: 'pipe' });
}
