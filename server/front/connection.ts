import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { ChatError, closeCodes, invalid } from '@confab/shared';
import type { CloseReason } from '@confab/shared';
import type { RawData, WebSocket } from 'ws';
import type { Timer } from '../ports.js';
import { admit, deviceOf } from './admission.js';
import type { Admission } from './admission.js';
import { createCallsInFlight } from './calls-in-flight.js';
import type { CallsInFlight } from './calls-in-flight.js';
import { withConnection } from './connection-key.js';
import type { SocketConnection } from './connection-key.js';
import { inputError, partingError, tooManyStreams } from './error-answer.js';
import { bidFarewell } from './farewell.js';
import type { Farewell } from './farewell.js';
import { checkFrame, readConnectionParams } from './frame-check.js';
import type { Call, Entry, RequestId, Stop } from './frame-check.js';
import type { Front } from './front.js';
import { guarded } from './guarded.js';
import { createInputGate } from './input-gate.js';
import type { InputGate } from './input-gate.js';
import { createKeepAlive } from './keep-alive.js';
import type { KeepAlive } from './keep-alive.js';
import { isMissing } from './missing.js';
import { createRefusals, isRefusal } from './refusals.js';
import type { Refusals } from './refusals.js';
import { linkSession } from './session-link.js';
import type { SessionLink } from './session-link.js';
import type { SocketOutlet } from './socket-outlet.js';
import { SocketOutput } from './socket-output.js';
import { createTrpcSocket } from './trpc-socket.js';
import type { Outcome, TrpcSocket } from './trpc-socket.js';

/** Open subscriptions on one socket. */
const streamsPerSocket = 1_000;
/** A socket that is closed on purpose waits so long for the calls at hand. */
const partMs = 800;

/** `announced`: connectionParams are to come; `entering`: its user is being found out; `failed`: there is no context. */
type State = 'announced' | 'entering' | 'serving' | 'failed' | 'closing';

/** One accepted WebSocket, from its handshake to its end. */
export class Connection implements SocketConnection {
  readonly id = randomUUID();
  readonly userAgent: string | null;
  device: string | null = null;
  userId: string | undefined;
  sessionId: string | undefined;
  issuedAt: Date | undefined;

  readonly #output: SocketOutput;
  readonly #gate: InputGate;
  readonly #keepAlive: KeepAlive;
  readonly #refusals: Refusals;
  readonly #calls: CallsInFlight<Call | Stop>;
  readonly #streams = new Set<RequestId>();
  readonly #leaving = new AbortController();
  #state: State;
  #trpc: TrpcSocket | undefined;
  #failure: ChatError | undefined;
  #session: SessionLink | undefined;
  #partingFor: CloseReason | undefined;
  #isFlooding = false;
  #farewell: Farewell | undefined;
  #deadline: Timer | undefined;

  constructor(
    private readonly front: Front,
    private readonly ws: WebSocket,
    stream: Duplex,
    private readonly req: IncomingMessage,
    readonly address: string,
    private readonly announcesParams: boolean,
  ) {
    const { limits, options } = front;
    const { clock } = options;
    this.userAgent = req.headers['user-agent']?.slice(0, 256) ?? null;
    this.#output = new SocketOutput({
      ...{ front, ws, stream },
      isOpen: () => this.isOpen,
      hold: () => this.#gate.hold('output'),
      shut: (reason) => (reason === 'REVOKED' ? this.part(reason) : this.close(reason)),
    });
    this.#refusals = createRefusals(limits.refusals, clock);
    this.#keepAlive = createKeepAlive({
      clock,
      pingMs: limits.pingMs,
      pongMs: limits.pongMs,
      ping: () => ws.send('PING'),
      dead: () => ws.terminate(),
    });
    this.#gate = createInputGate(
      () => {
        ws.pause();
        this.#keepAlive.hold();
      },
      () => {
        ws.resume();
        this.#keepAlive.release();
      },
    );
    this.#calls = createCallsInFlight<Call | Stop>({
      limit: limits.callsInFlight,
      isOpen: () => (this.#state === 'serving' || this.#state === 'failed') && !this.#output.isCongested,
      run: (entry) => this.#run(entry),
      onFull: (isFull) => (isFull ? this.#gate.hold('calls') : this.#gate.release('calls')),
    });
    this.#state = announcesParams ? 'announced' : 'entering';
    ws.on('message', (data, isBinary) => this.#receive(data, isBinary));
    // Whatever a peer breaks ends with a close; as an unhandled event it would end the process.
    ws.on('error', () => undefined);
    ws.once('close', (code) => this.#gone(code));
    stream.on('drain', () => this.#drained());
    if (announcesParams) this.#deadline = clock.after(limits.credentialsMs, () => this.close('NO_CREDENTIALS'));
    else void this.#enter(null);
  }

  get isOpen(): boolean {
    return this.#state !== 'closing';
  }

  openOutlet(): SocketOutlet {
    return this.#output.openOutlet();
  }

  close(reason: CloseReason, text: string = closeCodes[reason].reason): void {
    if (!this.isOpen) return;
    const { code, comeBack } = closeCodes[reason];
    // A stock client knows no close codes, but comes back slower and slower after an error without an id.
    if (!comeBack) this.ws.send(this.front.answer(null, partingError(reason, text)));
    this.ws.close(code, text);
    this.#leave();
    this.#gate.open();
  }

  /** Takes no new calls, and closes once those at hand are answered. */
  drain(): void {
    this.#partingFor ??= 'DRAIN';
    this.#closeIfDone();
  }

  /** The same within a second: whoever shut this very device out still gets the answer to that call. */
  part(reason: CloseReason): void {
    if (!this.isOpen) return;
    this.#partingFor = reason;
    this.#deadline?.clear();
    this.#deadline = this.front.options.clock.after(partMs, () => this.close(reason));
    this.#closeIfDone();
  }

  terminate(): void {
    this.ws.terminate();
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (!this.isOpen) return;
    this.#keepAlive.seen();
    this.#session?.touched();
    const text = isBinary ? '' : String(data);
    if (text === 'PONG') return;
    if (text === 'PING') {
      this.#output.send('PONG');
    } else if (this.#state === 'announced') {
      const params = readConnectionParams(text);
      if (params === undefined) this.close('UNAUTHENTICATED');
      else void this.#enter(params);
    } else {
      const { router } = this.front.options;
      const entries = checkFrame(text, this.front.limits.callsPerFrame, (path, type) => isMissing(router, path, type));
      for (const entry of entries) this.#take(entry);
    }
  }

  #take(entry: Entry): void {
    if (!this.isOpen || this.#isFlooding) return;
    if (entry.kind === 'ignored') {
      this.#refuse();
    } else if (entry.kind === 'refused') {
      this.#output.answer(entry.id, entry.error, entry.path);
      if (entry.counts) this.#refuse();
    } else if (entry.kind === 'stop') {
      this.#calls.push(entry);
    } else if (this.#streams.has(entry.id)) {
      this.#output.answer(entry.id, invalid('id', 'This id belongs to an open subscription.'), entry.path);
      this.#refuse();
    } else if (this.#partingFor !== undefined) {
      this.#output.answer(entry.id, partingError(this.#partingFor), entry.path);
    } else if (entry.type === 'subscription' && this.#streams.size >= streamsPerSocket) {
      this.#output.answer(entry.id, tooManyStreams('Too many subscriptions on one socket.'), entry.path);
      this.#refuse();
    } else {
      if (entry.type === 'subscription') this.#streams.add(entry.id);
      this.#calls.push(entry);
    }
  }

  #run(entry: Call | Stop): void {
    if (!this.isOpen) return;
    if (entry.kind === 'call') {
      const { onCall } = this.front.options.hooks ?? {};
      const call = { connectionId: this.id, session: this.#session?.session, path: entry.path, type: entry.type };
      if (onCall !== undefined) guarded(this.front.options.log, 'onCall', () => onCall(call));
      if (this.#trpc === undefined) {
        this.#output.answer(entry.id, this.#failure ?? new ChatError('UNAUTHENTICATED'), entry.path);
        this.#settle(entry.id, 'failed');
        return;
      }
    }
    this.#trpc?.run(entry);
  }

  async #enter(params: Readonly<Record<string, string>> | null): Promise<void> {
    const { options, limits } = this.front;
    this.#state = 'entering';
    this.device = deviceOf(params);
    this.#deadline?.clear();
    this.#deadline = options.clock.after(limits.credentialsMs, () => this.close('TRY_LATER'));
    const admission = await admit(options, {
      req: this.req,
      ws: this.ws,
      connectionId: this.id,
      device: this.device,
      userAgent: this.userAgent,
      params,
      signal: this.#leaving.signal,
      claim: (userId, sessionId, issuedAt) => this.#claim(userId, sessionId, issuedAt),
    });
    if (!this.isOpen) return;
    this.#deadline.clear();
    try {
      this.#admitted(admission);
    } catch (error) {
      options.log.error({ err: error }, 'a connection could not be served');
      this.close('TRY_LATER');
    }
  }

  #claim(userId: string, sessionId: string, issuedAt: Date | undefined): CloseReason | undefined {
    const { registry, limits } = this.front;
    if (!this.isOpen) return 'TRY_LATER';
    const others = registry.ofUser(userId).filter((connection) => connection.isOpen);
    if (others.length >= limits.connectionsPerUser) return 'TOO_MANY_CONNECTIONS';
    this.userId = userId;
    this.sessionId = sessionId;
    this.issuedAt = issuedAt;
    registry.identified(this);
    return undefined;
  }

  #admitted(admission: Admission): void {
    const { options } = this.front;
    if (admission.kind === 'refused') {
      this.#failure = admission.answer;
      this.#state = 'failed';
    } else {
      this.#trpc = this.#serve(admission.ctx);
      this.#state = 'serving';
    }
    if (admission.kind === 'viewer') this.#welcome(admission);
    else if (admission.kind === 'refused' && admission.reason !== undefined)
      this.#partFor(admission.reason, admission.text);
    else if (options.anonymous === 'refuse') this.#partFor('UNAUTHENTICATED');
    this.#calls.pump();
    this.#closeIfDone();
  }

  #welcome({ viewer, session }: Extract<Admission, { kind: 'viewer' }>): void {
    this.#session = linkSession({
      options: this.front.options,
      session,
      viewer,
      notice: () => this.ws.send('{"id":null,"method":"reconnect"}'),
      expired: () => this.close('TOKEN_EXPIRED'),
    });
  }

  #serve(ctx: unknown): TrpcSocket {
    const { options, server, answer } = this.front;
    return createTrpcSocket({
      router: options.router,
      ctx: withConnection(ctx, this),
      req: this.req,
      server,
      announcesParams: this.announcesParams,
      isOpen: () => this.#output.isOpen,
      send: (text, id, outcome) => this.#sendAnswer(text, id, outcome),
      bind: (marker, id) => this.#output.bind(marker, id),
      unreadable: (call) => {
        this.#refuse();
        return answer(call.id, inputError(options.router, call.input), call.path);
      },
      onError: (error, path) => {
        if (isRefusal(error.code)) this.#refuse();
        if (error.code === 'INTERNAL_SERVER_ERROR') options.log.error({ err: error, path }, 'a call failed');
      },
    });
  }

  #sendAnswer(text: string, id: RequestId | null, outcome: Outcome): void {
    const isEvent = outcome === 'data' && id !== null && this.#streams.has(id);
    if (this.#output.deliver(text, isEvent) && id !== null && !isEvent) this.#settle(id, outcome);
  }

  #settle(id: RequestId, outcome: Outcome): void {
    if (outcome === 'failed' || outcome === 'stopped') this.#streams.delete(id);
    this.#calls.settle(id);
    this.#closeIfDone();
  }

  #refuse(): void {
    if (!this.isOpen || this.#isFlooding || !this.#refusals.note()) return;
    this.#isFlooding = true;
    // After the answer that is being written.
    queueMicrotask(() => this.close('FLOOD'));
  }

  #drained(): void {
    this.#output.drained();
    if (!this.isOpen) return;
    this.#calls.pump();
    this.#gate.release('output');
  }

  /** Answers the calls that are there or on their way, then closes. */
  #partFor(reason: CloseReason, text?: string): void {
    const isIdle = (): boolean => this.#calls.size === 0;
    this.#farewell = bidFarewell(this.front.options.clock, isIdle, () => this.close(reason, text));
  }

  #closeIfDone(): void {
    if (this.#calls.size > 0) return;
    this.#farewell?.idle();
    if (this.#partingFor !== undefined) this.close(this.#partingFor);
  }

  /** Ends everything that runs for this socket. */
  #leave(): void {
    this.#state = 'closing';
    this.#deadline?.clear();
    this.#farewell?.stop();
    this.#session?.stop();
    this.#keepAlive.stop();
    this.#calls.clear();
    this.#output.end();
    this.#leaving.abort();
    this.#trpc?.end();
  }

  #gone(code: number): void {
    if (this.isOpen) this.#leave();
    this.front.registry.remove(this);
    this.#session?.left(code);
  }
}
