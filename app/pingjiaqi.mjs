#!/usr/bin/env node
// Plain JavaScript, so that any Node can run it far enough to say which one is needed: better-sqlite3 13 is built for
// Node 24 and ends an older one with a segmentation fault instead of a message.
const major = Number(process.versions.node.split('.')[0]);
if (major === 24) {
  await import('./cli.ts');
} else {
  console.error(`pingjiaqi needs Node 24, this is ${process.version}. Start it by "npm start" or "npm run demo".`);
  process.exitCode = 1;
}
