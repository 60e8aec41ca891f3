import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStaticFiles } from '../../server/cli/static-files.js';

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe('static files', () => {
  let folder: string;
  let server: Server;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'confab-static-'));
    const demo = path.join(folder, 'demo');
    await mkdir(path.join(demo, 'assets'), { recursive: true });
    await writeFile(path.join(folder, 'secret.txt'), 'secret');
    await writeFile(path.join(demo, 'index.html'), '<title>Demo</title>');
    await writeFile(path.join(demo, 'assets/app-1a2b.js'), 'start();');
    await writeFile(path.join(demo, '.hash'), 'hidden');
    const serve = await createStaticFiles(demo);
    server = createServer((req, res) => {
      if (!serve(req, res, req.url ?? '')) res.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  // Not fetch, which tidies paths up before it sends them.
  function get(target: string, options: { method?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
    const { port } = server.address() as AddressInfo;
    return new Promise((resolve, reject) => {
      const outgoing = request({ host: '127.0.0.1', port, path: target, agent: false, ...options }, (res) => {
        let body = '';
        res.on('data', (chunk: Buffer) => (body += chunk.toString()));
        res.on('end', () => resolve({ status: res.statusCode, headers: res.headers, body }));
      });
      outgoing.on('error', reject).end();
    });
  }

  it('are found at their paths, with their types', async () => {
    const page = await get('/');
    expect(page).toMatchObject({ status: 200, body: '<title>Demo</title>' });
    expect(page.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
    const script = await get('/assets/app-1a2b.js');
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(script.headers['cache-control']).toContain('immutable');
  });

  it('may run nothing but scripts of their own', async () => {
    const { headers } = await get('/');
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self';");
    expect(headers['content-security-policy']).not.toContain('unsafe');
  });

  it('are not sent again while unchanged', async () => {
    const { headers } = await get('/');
    const again = await get('/', { headers: { 'if-none-match': headers.etag ?? '' } });
    expect(again).toMatchObject({ status: 304, body: '' });
  });

  it('are only read', async () => {
    expect(await get('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
    expect(await get('/', { method: 'DELETE' })).toMatchObject({ status: 405 });
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/..\\secret.txt',
    '//secret.txt',
    '/.hash',
    '/assets',
    '/assets/',
    '/index.html%00.js',
  ])('do not include %s', async (target) => {
    expect(await get(target)).toMatchObject({ status: 404, body: '' });
  });
});
