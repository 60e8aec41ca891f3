import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';

/** Answers a request for a file; `false`: there is no such file, nothing was done. */
export type ServeFile = (req: IncomingMessage, res: ServerResponse, pathname: string) => boolean;

interface StoredFile {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** What a page of ours may do: its own scripts and connections, and pictures and media people link to. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: https: http:",
  'media-src https: http:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Serves what a folder holds now. The files are read once and looked up by their exact path, so no request, however it
 * is spelled, reaches anything else.
 */
export async function createStaticFiles(folder: string): Promise<ServeFile> {
  const files = new Map<string, StoredFile>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const type = types[path.extname(entry.name)];
    if (!entry.isFile() || entry.name.startsWith('.') || type === undefined) continue;
    const file = path.join(entry.parentPath, entry.name);
    const pathname = `/${path.relative(folder, file).split(path.sep).join('/')}`;
    const stored = storedFile(await readFile(file), type, pathname);
    files.set(pathname, stored);
    if (pathname === '/index.html') files.set('/', stored);
  }
  return (req, res, pathname) => {
    const file = files.get(pathname);
    if (file === undefined) return false;
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.writeHead(405, { allow: 'GET, HEAD' }).end();
    } else if (req.headers['if-none-match'] === file.headers['etag']) {
      res.writeHead(304, file.headers).end();
    } else {
      res.writeHead(200, { ...file.headers, 'content-length': String(file.body.length) });
      res.end(req.method === 'HEAD' ? undefined : file.body);
    }
    return true;
  };
}

function storedFile(body: Buffer, type: string, pathname: string): StoredFile {
  // The bundler puts a hash of its content into the name of everything under assets.
  const isHashed = pathname.startsWith('/assets/');
  return {
    body,
    headers: {
      'content-type': type,
      'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
      'content-security-policy': contentSecurityPolicy,
    },
  };
}
