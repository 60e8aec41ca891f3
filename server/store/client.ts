import type { Db, Provider } from './transaction.js';
import type { OwnColumns } from './present/presentation.js';

/** Any function, whatever its overloads. */
type Callable = (...args: never[]) => unknown;

type Models = Exclude<keyof Db, '$queryRaw' | '$executeRaw'>;

/**
 * A host's Prisma client whose schema contains Confab's models; also one extended by `$extends`. It is taken by its
 * shape, because every generated client is a type of its own.
 */
export type HostClient = { readonly [Model in Models]: object } & {
  readonly $queryRaw: Callable;
  readonly $executeRaw: Callable;
  readonly $transaction: Callable;
};

/** The transaction client that a host's `$transaction` hands to its callback. */
type CallbackTx<Client> = Client extends { readonly $transaction: infer Run }
  ? Run extends (work: (tx: infer Tx) => Promise<never>) => unknown
    ? Tx
    : unknown
  : unknown;

/** What `tx` is in a `chat.transaction` over these clients: the host's own, with everything in its schema. */
export type TxOf<Given> = Given extends { readonly writer: infer Writer } ? CallbackTx<Writer> : CallbackTx<Given>;

/** On SQLite: two clients with connections of their own, used by nothing but Confab. */
export interface HostClients {
  readonly writer: HostClient;
  readonly reader: HostClient;
}

export interface TransactionOptions {
  /** Milliseconds to wait for a connection. */
  readonly maxWait: number;
  /** Milliseconds the transaction may take. */
  readonly timeout: number;
}

/** What the store uses of a client. */
export interface Client extends Db {
  $transaction<Result>(work: (tx: Db) => Promise<Result>, options: TransactionOptions): Promise<Result>;
}

/** The clients of a store, told apart. */
export interface Clients {
  readonly provider: Provider;
  readonly writer: Client;
  readonly reader: Client;
}

const providers: Readonly<Record<string, Provider>> = {
  sqlite: 'sqlite',
  postgresql: 'postgresql',
  postgres: 'postgresql',
};

/** Throws an `Error` that names the right call when the clients can't carry a store. */
export function resolveClients(given: HostClient | HostClients): Clients {
  const isPair = 'writer' in given && 'reader' in given;
  const writer = isPair ? given.writer : given;
  const reader = isPair ? given.reader : given;
  const provider = providerOf(writer);
  if (providerOf(reader) !== provider) throw new Error('prismaStore: writer and reader are of different databases.');
  if (provider === 'sqlite' && writer === reader) {
    throw new Error(
      'prismaStore: on SQLite a write in progress would swallow every other call on the same connection. ' +
        'Give Confab two clients of its own: prismaStore({ writer, reader }).',
    );
  }
  return { provider, writer: asClient(writer), reader: asClient(reader) };
}

function providerOf(client: HostClient): Provider {
  const { _activeProvider: name } = client as { _activeProvider?: unknown };
  const provider = typeof name === 'string' && Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (provider !== undefined) return provider;
  throw new Error(
    typeof name === 'string'
      ? `prismaStore: the database is ${name}; Confab knows sqlite and postgresql.`
      : 'prismaStore: expected a PrismaClient, or { writer, reader }.',
  );
}

function asClient(client: HostClient): Client {
  const missing = ['chatMeta', 'chatRoom', 'chatEvent'].filter((model) => !(model in client));
  if (missing.length > 0) {
    throw new Error(
      `prismaStore: the client has no model ${missing.join(', ')}. ` +
        'Add the fragment that `confab generate prisma` writes to your schema and run `prisma generate`.',
    );
  }
  return client as unknown as Client;
}

/** Which of a host's own columns its client does not know, as `message.priority`. */
export function missingColumns(
  client: Client,
  { room = [], member = [], message = [] }: OwnColumns,
): readonly string[] {
  const missing = (noun: string, { fields }: { readonly fields: object }, names: readonly string[]): string[] =>
    names.filter((name) => !Object.keys(fields).includes(name)).map((name) => `${noun}.${name}`);
  return [
    ...missing('room', client.chatRoom, room),
    ...missing('member', client.chatMember, member),
    ...missing('message', client.chatMessage, message),
  ];
}
