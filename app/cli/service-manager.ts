import { spawn } from 'node:child_process';

/**
 * Tells systemd that the device is ready, where systemd asked to be told: until then a start counts as under way, and one
 * that never ends is ended and tried again. By systemd's own small program, since Node has no datagram sockets of that kind.
 */
export function tellReady(environment = process.env): void {
  if (environment.NOTIFY_SOCKET === undefined) return;
  const child = spawn('systemd-notify', ['--ready'], { stdio: ['ignore', 'ignore', 'inherit'] });
  child.once('error', (error) => process.stderr.write(`systemd was not told: ${error.message}\n`));
}
