import Database from 'better-sqlite3';
import pg from 'pg';

/** What the raw server does with a message before it answers. */
export interface RawStore {
  insert(message: { readonly seq: number; readonly content: string; readonly createdAt: string }): Promise<void>;
  close(): Promise<void>;
}

/** The bare driver: `sqlite` (WAL, synchronous FULL), `postgresql` (16 connections, prepared), or nothing at all. */
export async function openRawStore(kind: string, url: string): Promise<RawStore> {
  if (kind === 'sqlite') return openSqlite(url);
  if (kind === 'postgresql') return openPostgres(url);
  return { insert: () => Promise.resolve(), close: () => Promise.resolve() };
}

const columns = 'seq, room_id, sender_id, content, created_at';

function openSqlite(file: string): RawStore {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(
    `CREATE TABLE raw_message (seq INTEGER PRIMARY KEY, room_id TEXT, sender_id TEXT, content TEXT, created_at TEXT)`,
  );
  const insert = db.prepare(`INSERT INTO raw_message (${columns}) VALUES (?, 'room', 'sender', ?, ?)`);
  return {
    insert({ seq, content, createdAt }) {
      insert.run(seq, content, createdAt);
      return Promise.resolve();
    },
    close() {
      db.close();
      return Promise.resolve();
    },
  };
}

async function openPostgres(url: string): Promise<RawStore> {
  const pool = new pg.Pool({ connectionString: url, max: 16 });
  await pool.query(
    'CREATE TABLE raw_message (seq INTEGER PRIMARY KEY, room_id TEXT, sender_id TEXT, content TEXT, created_at TIMESTAMPTZ)',
  );
  const text = `INSERT INTO raw_message (${columns}) VALUES ($1, 'room', 'sender', $2, $3)`;
  return {
    async insert({ seq, content, createdAt }) {
      await pool.query({ name: 'insert', text, values: [seq, content, createdAt] });
    },
    close: () => pool.end(),
  };
}
