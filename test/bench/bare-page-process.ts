import websocket from '@fastify/websocket';
import Fastify from 'fastify';
import { createListener } from '../../app/server/listener.ts';

/**
 * The reference of a tap: a bare page from the same kind of server. Its click goes to a socket's handler that does
 * nothing, and its answer swaps the screen.
 */

const SCRIPT = `
const socket = new WebSocket('ws://' + location.host + '/socket');
const main = document.querySelector('main');
const ask = () => {
  main.innerHTML = '<div data-screen="inviting"><h1>问</h1><button type="button" class="grade">好</button></div>';
  main.querySelector('button').addEventListener('click', () => socket.send('{"type":"rate"}'));
};
socket.addEventListener('message', () => {
  main.innerHTML = '<div data-screen="reasons"><h1>答</h1><button type="button" class="back">回</button></div>';
  main.querySelector('button').addEventListener('click', ask);
});
socket.addEventListener('open', ask);
`;
const PAGE = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>bare</title><main></main>
<script src="/script.js"></script></html>`;

const server = await createListener({ logger: Fastify().log, hosts: ['127.0.0.1'], limited: false, tls: null });
await server.register(websocket);
server.get('/', (_request, reply) => reply.type('text/html').send(PAGE));
server.get('/script.js', (_request, reply) => reply.type('text/javascript').send(SCRIPT));
server.register(async (scope) => {
  scope.get('/socket', { websocket: true }, (socket) => {
    socket.on('message', () => socket.send('{"type":"view"}'));
  });
});
const url = await server.listen({ host: '127.0.0.1', port: 0 });
process.send?.({ url });
process.on('disconnect', () => process.exit(0));
