import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import fastifyWebsocket from '@fastify/websocket';
import Fastify, { type FastifyInstance } from 'fastify';
import { allowOwnScripts, withFirstView } from '../../app/server/citizen/page.ts';
import { type PageMessage, pageMessageSchema, type ServerMessage } from '../../app/server/citizen/protocol.ts';
import type { VoiceAnswer } from '../../app/server/citizen/voice.ts';
import type { SessionAnswer } from '../../app/server/staff/session-routes.ts';
import type { ConfigurationView } from '../../app/server/technician/configuration.ts';
import type { EvacuationView } from '../../app/server/technician/evacuation.ts';
import type { Traffic } from '../../app/server/technician/peripherals.ts';
import type { PortRow } from '../../app/server/technician/ports.ts';
import type { SetAsideRecord } from '../../app/server/technician/set-aside.ts';
import type { DeviceIdentity, TechnicianSession, TechnicianStatus } from '../../app/server/technician/status.ts';
import { qrSvg } from '../../device/identity/qr.ts';
import type { LearningReport } from '../../device/peripherals/keypad/learning/keypad-school.ts';
import type { TrialReport } from '../../device/peripherals/trial/port-bench.ts';
import type { CitizenView, StaffView } from '../../device/visit/views.ts';
import { configurationSample } from './configuration-sample.ts';
import { idle, PICTURES, staffServing, technicianWell } from './page-samples.ts';
import { photoPng, posterPng } from './sample-pictures.ts';

const PAGES = fileURLToPath(new URL('../../dist/pages', import.meta.url));

const VOICE_PACK = fileURLToPath(new URL('../../assets/voice-packs/zh-cn', import.meta.url));

/** At least as strict as what the appliance sends, so that a page which needs more is found here. */
const POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "style-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PICTURE_BYTES: Record<string, Buffer> = {
  [PICTURES.photo]: photoPng(),
  [PICTURES.poster]: posterPng(),
  [PICTURES.broken]: Buffer.from('no picture at all'),
};

const FINGERPRINT = 'k7mZ1mQ0b2Q9n3o5p7r9t1v3x5z7B9D1F3H5J7L9N1P';
const IDENTITY: DeviceIdentity = {
  fingerprint: FINGERPRINT,
  alg: 'ed25519',
  keptIn: 'file',
  qrSvg: qrSvg(FINGERPRINT),
};

interface Posted {
  path: string;
  body: unknown;
}

/** What the played server answers to a POST. */
export interface PlayedAnswer {
  status: number;
  body: unknown;
}

interface Page {
  send(text: string): void;
  terminate(): void;
}

/** What is played, as a test finds it. */
class Played {
  citizenView: CitizenView = idle;
  /** What the citizen's page may show in a frame. */
  frameOrigin: string | null = null;
  staffView: StaffView = staffServing;
  paperForms: string[] = [];
  technicianStatus: TechnicianStatus = technicianWell;
  session: SessionAnswer = { needed: false, possible: true, person: null };
  /** Orders on the sticks that are plugged in. */
  technicianSticks: string[] = [];
  /** Null: the page needs no code; else it is locked until a POST to its session is answered 200. */
  technicianSession: TechnicianSession | null = null;
  technicianPorts: PortRow[] = [];
  setAside: SetAsideRecord[] = [];
  keypadLesson: LearningReport | null = null;
  portTrial: TrialReport | null = null;
  traffic: Traffic = { lines: [], listening: null };
  evacuation: EvacuationView = {
    sticks: [{ path: '/media/stick', name: 'stick', freeBytes: 4_000_000_000 }],
    waiting: 3,
    export: { state: 'idle' },
  };
  configuration: ConfigurationView = configurationSample;
  voice: VoiceAnswer = { volumePercent: 0, calls: false, invites: false, packs: [] };
  /** Commands in the order in which they came. */
  readonly commands: PageMessage['command'][] = [];
  readonly posts: Posted[] = [];
  /** Pictures that the page asked for. */
  readonly pictures: string[] = [];
  /** Answers a command: null leaves it without an acknowledgement. */
  onCommand: (command: PageMessage['command']) => { kept: boolean; code: string | null } | null = () => null;
  /** Answers a POST; null: with the staff's view. */
  onPost: ((posted: Posted) => PlayedAnswer) | null = null;
}

/**
 * A scripted stand-in for the appliance's page servers: it plays views to the built pages and keeps what they send.
 * It decides nothing; a test says what the next view is, or hands in `onCommand`.
 */
export class PageFixture extends Played {
  #pages = new Set<Page>();
  #streams = new Set<(view: StaffView) => void>();
  #responses = new Set<ServerResponse>();
  #servers: FastifyInstance[] = [];
  #ports: [number, number] = [0, 0];

  get citizenUrl(): string {
    return `http://127.0.0.1:${this.#ports[0]}/`;
  }

  get technicianUrl(): string {
    return `${this.citizenUrl}technician`;
  }

  get staffUrl(): string {
    return `http://127.0.0.1:${this.#ports[1]}/`;
  }

  /** Starts, or starts again on the same ports. */
  async start(): Promise<void> {
    const loopback = await this.#loopback();
    const staff = await this.#staffSide();
    await loopback.listen({ host: '127.0.0.1', port: this.#ports[0] });
    await staff.listen({ host: '127.0.0.1', port: this.#ports[1] });
    this.#servers = [loopback, staff];
    this.#ports = [portOf(loopback), portOf(staff)];
  }

  /** For the next test: nothing of the one before is played, kept or on its way. */
  async startAnew(): Promise<void> {
    if (this.#servers.length === 0) await this.start();
    this.#breakConnections();
    Object.assign(this, new Played());
  }

  /** Goes away as a killed process does: connections break without a word. */
  async stop(): Promise<void> {
    this.#breakConnections();
    const servers = this.#servers;
    this.#servers = [];
    await Promise.all(servers.map((server) => server.close()));
  }

  #breakConnections(): void {
    for (const page of this.#pages) page.terminate();
    this.#pages.clear();
    this.#streams.clear();
    for (const server of this.#servers) server.server.closeAllConnections();
  }

  show(view: CitizenView): void {
    this.citizenView = view;
    this.#send({ type: 'view', view });
  }

  showStaff(view: StaffView): void {
    this.staffView = view;
    for (const push of this.#streams) push(view);
  }

  /** As the appliance does when a session is over. */
  endStreams(): void {
    for (const response of this.#responses) response.end();
  }

  #send(message: ServerMessage): void {
    for (const page of this.#pages) page.send(JSON.stringify(message));
  }

  #take(text: string): void {
    const { n, command } = pageMessageSchema.parse(JSON.parse(text));
    this.commands.push(command);
    const answer = this.onCommand(command);
    if (answer !== null) this.#send({ type: 'ack', n, ...answer });
  }

  async #loopback(): Promise<FastifyInstance> {
    const server = await pageServer(() => this.frameOrigin);
    server.get('/', (_request, reply) => {
      const html = readFileSync(`${PAGES}/citizen/index.html`, 'utf8');
      allowOwnScripts(reply, html);
      return reply.type('text/html').header('cache-control', 'no-store').send(withFirstView(html, this.citizenView));
    });
    await server.register(fastifyWebsocket);
    server.get<{ Params: { id: string } }>('/content/:id', ({ params }, reply) => {
      this.pictures.push(params.id);
      return reply.type('image/png').send(PICTURE_BYTES[params.id]);
    });
    server.post('/window/frames', (_request, reply) => reply.code(204).send());
    server.get('/voice', () => this.voice);
    server.get<{ Params: { file: string } }>('/voice/zh-cn/:file', ({ params }, reply) =>
      reply.type('audio/wav').send(readFileSync(`${VOICE_PACK}/${params.file}`)),
    );
    server.get('/technician', (_request, reply) => reply.sendFile('technician/index.html'));
    server.get('/technician/enrolment', () => ({ pending: null, sticks: this.technicianSticks }));
    server.get('/technician/identity', () => IDENTITY);
    server.get('/technician/evacuation', () => ({ ...this.evacuation, waiting: this.technicianStatus.ledger.pending }));
    server.get('/technician/configuration', () => this.configuration);
    server.get('/technician/set-aside', () => ({ records: this.setAside }));
    server.get('/technician/traffic', () => this.traffic);
    server.get('/technician/port-trial', () => ({ trial: this.portTrial }));
    server.get('/technician/network', () => ({ proxy: { kind: 'direct' }, ca: [], nameServers: [] }));
    server.get('/technician/session', () => this.technicianSession ?? {});
    server.get('/technician/ports', () => ({ ports: this.technicianPorts }));
    server.get('/technician/keypad-lesson', () => ({ lesson: this.keypadLesson }));
    server.get('/technician/status', (_request, reply) => {
      if (this.technicianSession !== null && this.technicianSession.role === null) {
        return reply.code(401).send({ code: 'code_needed' });
      }
      return this.technicianStatus;
    });
    server.register(async (scope) => {
      scope.get('/citizen/socket', { websocket: true }, (socket) => {
        this.#pages.add(socket);
        socket.on('close', () => this.#pages.delete(socket));
        socket.on('message', (data: Buffer) => this.#take(data.toString('utf8')));
        socket.send(JSON.stringify({ type: 'view', view: this.citizenView } satisfies ServerMessage));
      });
    });
    this.#takePosts(server, '/technician/*');
    return server;
  }

  async #staffSide(): Promise<FastifyInstance> {
    const server = await pageServer();
    server.get('/', (_request, reply) => reply.sendFile('staff/index.html'));
    server.get('/session', () => this.session);
    this.#takePosts(server, '/session');
    server.delete('/session', (_request, reply) => {
      this.session = { ...this.session, person: null };
      return reply.code(204).send();
    });
    server.get('/staff/events', (_request, reply) => {
      if (this.session.needed && this.session.person === null) return reply.code(401).send({ code: 'not_signed_in' });
      reply.hijack();
      reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      const push = (view: StaffView) => reply.raw.write(`data: ${JSON.stringify(view)}\n\n`);
      this.#streams.add(push);
      this.#responses.add(reply.raw);
      reply.raw.on('close', () => {
        this.#streams.delete(push);
        this.#responses.delete(reply.raw);
      });
      push(this.staffView);
      return reply;
    });
    this.#takePosts(server, '/staff/*');
    server.get('/paper/forms', () => ({ forms: this.paperForms }));
    this.#takePosts(server, '/paper/*');
    return server;
  }

  #takePosts(server: FastifyInstance, route: string): void {
    server.post(route, (request, reply) => {
      const posted = { path: request.url, body: request.body };
      this.posts.push(posted);
      const { status, body } = this.onPost?.(posted) ?? { status: 200, body: this.staffView };
      const type = status < 400 ? 'application/json' : 'application/problem+json';
      return reply.code(status).type(type).send(JSON.stringify(body));
    });
  }
}

async function pageServer(frameOrigin = (): string | null => null): Promise<FastifyInstance> {
  const server = Fastify({ forceCloseConnections: true });
  server.addHook('onRequest', async (_request, reply) => {
    reply.header('content-security-policy', `${POLICY}; frame-src ${frameOrigin() ?? "'none'"}`);
  });
  await server.register(fastifyStatic, { root: PAGES, index: false });
  return server;
}

const portOf = (server: FastifyInstance): number => (server.server.address() as AddressInfo).port;
