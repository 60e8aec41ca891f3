import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LinkFetchError } from '../../../server/plugins/link-previews/fetch-error.js';
import type { LinkFetchFault } from '../../../server/plugins/link-previews/fetch-error.js';
import { safeFetcher } from '../../../server/plugins/link-previews/safe-fetcher.js';
import type { SafeFetcherOptions } from '../../../server/plugins/link-previews/safe-fetcher.js';
import { startWeb } from './web.js';
import type { Web } from './web.js';

let web: Web;
let asked = 0;
const { signal } = new AbortController();

beforeAll(async () => {
  web = await startWeb();
});
beforeEach(() => {
  asked = web.requests.length;
});
afterAll(() => web[Symbol.asyncDispose]());

/** Names of this test and what they mean; asked one after the other when there are several. */
function names(known: Readonly<Record<string, readonly string[]>>) {
  const lookups: string[] = [];
  return {
    lookups,
    resolve: (name: string) => {
      lookups.push(name);
      return Promise.resolve(known[name] ?? []);
    },
  };
}

/** A fetcher that may reach the web of this test, as if it were public, under the name `site.test` only. */
function fetcher(options: SafeFetcherOptions = {}) {
  return safeFetcher({
    ports: [80, 443, web.port],
    allowAddress: (address) => address === '127.0.0.1',
    ...names({ 'site.test': ['127.0.0.1'] }),
    ...options,
  });
}

const at = (path: string): URL => new URL(path, `http://site.test:${web.port}`);

async function faultOf(work: Promise<unknown>): Promise<LinkFetchFault> {
  const error: unknown = await work.then(
    () => new Error('it was fetched'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof LinkFetchError)) throw error;
  return error.fault;
}

describe('a page', () => {
  it('is fetched and read', async () => {
    web.page(
      '/article',
      '<title>Plain</title><meta property="og:title" content="Tea &amp; cake"><meta property="og:image" content="/cake.png">',
    );
    expect(await fetcher()(at('/article'), { signal })).toEqual({
      ...{ title: 'Tea & cake', description: null, siteName: null },
      image: `http://site.test:${web.port}/cake.png`,
    });
  });

  it('is asked for without cookies and credentials, under a name of our own', async () => {
    web.page('/plain', '<title>x</title>');
    await fetcher({ userAgent: 'Tester/1' })(at('/plain'), { signal });
    const { headers, method } = web.requests[asked] ?? { headers: {}, method: '' };
    expect(method).toBe('GET');
    expect(headers).toMatchObject({ 'user-agent': 'Tester/1', 'accept-encoding': 'identity' });
    expect(headers.cookie).toBeUndefined();
    expect(headers.authorization).toBeUndefined();
  });

  it('is found over redirects, and read relative to where it was found', async () => {
    web.redirect('/one', '/two', 301);
    web.redirect('/two', `http://site.test:${web.port}/deep/three`, 308);
    web.page('/deep/three', '<title>Found</title><meta property="og:image" content="pic.png">');
    expect(await fetcher()(at('/one'), { signal })).toMatchObject({
      title: 'Found',
      image: `http://site.test:${web.port}/deep/pic.png`,
    });
  });

  it('is given up after three redirects', async () => {
    for (const step of [1, 2, 3, 4]) web.redirect(`/hop${step}`, `/hop${step + 1}`);
    expect(await faultOf(fetcher()(at('/hop1'), { signal }))).toBe('redirects');
    expect(web.paths().slice(asked)).toEqual(['/hop1', '/hop2', '/hop3', '/hop4']);
  });

  it('is read in the encoding it names', async () => {
    web.on('/cyrillic', (_req, res) => {
      res.writeHead(200, { 'content-type': 'text/html' });
      res.write('<meta charset="windows-1251"><title>');
      res.end(Buffer.from([0xd7, 0xe0, 0xe9]));
    });
    expect(await fetcher()(at('/cyrillic'), { signal })).toMatchObject({ title: 'Чай' });
  });

  it('is not read when it is no HTML, or compressed', async () => {
    web.on('/picture', (_req, res) => void res.writeHead(200, { 'content-type': 'image/png' }).end('x'));
    web.on(
      '/packed',
      (_req, res) => void res.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' }).end('x'),
    );
    expect(await faultOf(fetcher()(at('/picture'), { signal }))).toBe('type');
    expect(await faultOf(fetcher()(at('/packed'), { signal }))).toBe('type');
    expect(await faultOf(fetcher()(at('/absent'), { signal }))).toBe('status');
  });

  it('is read up to the limit and no further', async () => {
    let isCut = false;
    let sent = 0;
    web.on('/endless', (_req, res) => {
      res.writeHead(200, { 'content-type': 'text/html' });
      res.write('<title>Endless</title>');
      const chunk = `<!-- ${'x'.repeat(16_000)} -->`;
      const pour = (): void => {
        while (!isCut && res.write(chunk)) sent += chunk.length;
      };
      res.on('drain', pour);
      res.on('close', () => {
        isCut = true;
      });
      pour();
    });
    expect(await fetcher({ maxBytes: 100_000 })(at('/endless'), { signal })).toMatchObject({ title: 'Endless' });
    await expect.poll(() => isCut).toBe(true);
    // What the sockets' buffers took, not what an endless page has.
    expect(sent).toBeLessThan(20_000_000);
  });

  it('is given up when it takes too long, wherever it hangs', async () => {
    web.on('/silent', () => undefined);
    web.on('/slow', (_req, res) => {
      res.writeHead(200, { 'content-type': 'text/html' });
      res.write('<title>Slow');
    });
    const quick = { timeoutMs: 200 };
    expect(await faultOf(fetcher(quick)(at('/silent'), { signal }))).toBe('timeout');
    expect(await faultOf(fetcher(quick)(at('/slow'), { signal }))).toBe('timeout');
    const resolve = () => new Promise<never>(() => undefined);
    expect(await faultOf(fetcher({ ...quick, resolve })(at('/any'), { signal }))).toBe('timeout');
  });

  it('that breaks off, or nobody serves, is given up', async () => {
    web.on('/broken', (req, res) => {
      res.writeHead(200, { 'content-type': 'text/html', 'content-length': 1_000 });
      res.write('<title>');
      setImmediate(() => req.socket.destroy());
    });
    expect(await faultOf(fetcher()(at('/broken'), { signal }))).toBe('network');
    expect(await faultOf(fetcher({ ports: [1] })(new URL('http://site.test:1/'), { signal }))).toBe('network');
  });
});

describe('what must not be reached', () => {
  const strict = (options: SafeFetcherOptions = {}) => fetcher({ allowAddress: () => false, ...options });

  it.each([
    ...['http://127.0.0.1/', 'http://127.1/', 'http://0.0.0.0/', 'http://10.1.2.3/', 'http://172.16.0.1/'],
    ...[
      'http://192.168.1.1/',
      'http://169.254.169.254/latest/meta-data/',
      'http://100.64.0.1/',
      'http://100.100.100.200/',
    ],
    ...[
      'http://168.63.129.16/',
      'http://192.0.0.192/',
      'http://224.0.0.1/',
      'http://240.0.0.1/',
      'http://255.255.255.255/',
    ],
    // Decimal, octal and hexadecimal spellings of 127.0.0.1 and 169.254.169.254.
    ...[
      'http://2130706433/',
      'http://0177.0.0.1/',
      'http://0x7f.0x0.0x0.0x1/',
      'http://0x7f000001/',
      'http://2852039166/',
    ],
    ...[
      'http://[::1]/',
      'http://[::]/',
      'http://[fd00:ec2::254]/',
      'http://[fe80::1]/',
      'http://[fec0::1]/',
      'http://[ff02::1]/',
    ],
    // IPv4 inside IPv6: mapped, compatible, translated, 6to4, Teredo.
    ...['http://[::ffff:127.0.0.1]/', 'http://[::ffff:7f00:1]/', 'http://[::127.0.0.1]/', 'http://[64:ff9b::7f00:1]/'],
    ...['http://[2002:7f00:1::]/', 'http://[2001::1]/', 'http://[::ffff:0:127.0.0.1]/', 'http://[4000::1]/'],
  ])('%s is refused by its address', async (link) => {
    expect(await faultOf(strict()(new URL(link), { signal }))).toBe('address');
  });

  it.each(['file:///etc/passwd', 'gopher://site.test/', 'ftp://site.test/', 'data:text/html,x', 'javascript:x'])(
    '%s is refused by its scheme',
    async (link) => {
      expect(await faultOf(strict()(new URL(link), { signal }))).toBe('url');
    },
  );

  it.each(['http://user@site.test/', 'http://user:secret@site.test/', 'https://:secret@site.test/'])(
    '%s is refused for its credentials',
    async (link) => {
      expect(await faultOf(strict()(new URL(link), { signal }))).toBe('url');
    },
  );

  it.each(['http://site.test:22/', 'http://site.test:6379/', 'https://site.test:8443/'])(
    '%s is refused by its port',
    async (link) => {
      expect(await faultOf(strict()(new URL(link), { signal }))).toBe('url');
    },
  );

  it.each([
    [['10.0.0.7']],
    [['127.0.0.1']],
    [['::1']],
    [['::ffff:169.254.169.254']],
    // One good address among bad ones is bait.
    [['93.184.215.14', '192.168.0.1']],
    [[]],
  ])('a name that resolves to %j is refused', async (addresses) => {
    const link = new URL(`http://inner.test:${web.port}/article`);
    expect(await faultOf(strict(names({ 'inner.test': addresses }))(link, { signal }))).toBe('address');
    expect(web.requests).toHaveLength(asked);
  });

  it.each([
    ['http://169.254.169.254/latest/meta-data/', 'address'],
    ['http://[::1]/', 'address'],
    ['http://2852039166/', 'address'],
    ['//10.0.0.1/', 'address'],
    ['http://inner.test/', 'address'],
    ['file:///etc/passwd', 'url'],
    ['gopher://site.test/', 'url'],
    ['http://user:secret@site.test/', 'url'],
    ['http://site.test:6379/', 'url'],
    ['http://[bad', 'url'],
  ])('a redirect to %s is not followed', async (location, fault) => {
    web.redirect('/out', location);
    const known = names({ 'site.test': ['127.0.0.1'], 'inner.test': ['192.168.0.1'] });
    expect(await faultOf(fetcher(known)(at('/out'), { signal }))).toBe(fault);
    expect(web.paths().slice(asked)).toEqual(['/out']);
  });

  it('a redirect to this very machine is not followed, once it may not be reached', async () => {
    web.redirect('/home', `http://127.0.0.1:${web.port}/article`);
    let allowed = 1;
    const once = fetcher({ allowAddress: () => allowed-- > 0 });
    expect(await faultOf(once(at('/home'), { signal }))).toBe('address');
    expect(web.paths().slice(asked)).toEqual(['/home']);
  });

  it('a name that means something else when it is asked again is asked once', async () => {
    web.page('/rebound', '<title>Rebound</title>');
    const answers = [['127.0.0.1'], ['10.0.0.1']];
    const lookups: string[] = [];
    const resolve = (name: string) => {
      lookups.push(name);
      return Promise.resolve(answers[lookups.length - 1] ?? []);
    };
    // The connection goes to the address that was checked: nobody looks the name up a second time.
    expect(await fetcher({ resolve })(at('/rebound'), { signal })).toMatchObject({ title: 'Rebound' });
    expect(lookups).toEqual(['site.test']);
  });

  it('a name that means something else after a redirect is checked again', async () => {
    web.redirect('/again', '/rebound');
    const answers = [['127.0.0.1'], ['10.0.0.1']];
    const resolve = () => Promise.resolve(answers.shift() ?? []);
    expect(await faultOf(fetcher({ resolve })(at('/again'), { signal }))).toBe('address');
    expect(web.paths().slice(asked)).toEqual(['/again']);
  });
});
