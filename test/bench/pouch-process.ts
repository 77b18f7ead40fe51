import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type PouchClass, requireFrom } from './pouch.ts';

/** express-pouchdb over LevelDB, as its README sets it up; it syncs nothing before it answers. */

const [modulesOf = '', prefix = ''] = process.argv.slice(2);
const PouchDB = (requireFrom(modulesOf, 'pouchdb') as PouchClass).defaults({ prefix });
const handle = requireFrom(modulesOf, 'express-pouchdb') as (of: PouchClass, options: object) => RequestListener;
const express = requireFrom(modulesOf, 'express') as () => RequestListener & { use(handler: RequestListener): void };

const app = express();
app.use(
  handle(PouchDB, { mode: 'minimumForPouchDB', logPath: `${prefix}log.txt`, configPath: `${prefix}config.json` }),
);
const server = createServer(app);
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
process.on('disconnect', () => process.exit(0));
