import { describe, expect, test } from 'vitest';
import { cleanHtml, visibleText } from '../../../server/operations/messages/html.js';

/** What the package this one grew from holds its own sanitiser to, by the numbers of its behaviours. */
const vectors: readonly (readonly [name: string, given: string, clean: string])[] = [
  ['48 a script alone leaves its text', "<script>alert('xss')</script>", "alert('xss')"],
  ['49 a script in a paragraph leaves its text', '<p>Hello<script>alert(1)</script></p>', '<p>Helloalert(1)</p>'],
  ['50 a handler goes', '<p onclick="alert(1)">Click me</p>', '<p>Click me</p>'],
  ['51 a javascript: link goes', '<a href="javascript:alert(1)">link</a>', '<a>link</a>'],
  ['51 a javascript: link in another case goes', '<a href="JaVaScRiPt:alert(1)">link</a>', '<a>link</a>'],
  ['52 a data: link goes', '<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">x</a>', '<a>x</a>'],
  ['53 an image with a handler goes', '<img src="x" onerror="alert(1)">', ''],
  ['54 a drawing with a handler goes', '<svg onload="alert(1)"></svg>', ''],
  ['55 a style attribute goes', '<p style="background:url(javascript:alert(1))">Test</p>', '<p>Test</p>'],
  ['56 a comment goes', '<!--<script>alert(1)</script>-->', ''],
  [
    '57 of scripts broken into one another an escaped rest is left',
    '<scr<script>ipt>alert(1)</scr</script>ipt>',
    'ipt&gt;alert(1)ipt&gt;',
  ],
  [
    '58 a script in a list leaves its text',
    '<ul><li>Item<script>alert(1)</script></li></ul>',
    '<ul><li>Itemalert(1)</li></ul>',
  ],
  ['59 a frame goes', '<iframe src="https://evil.example"></iframe>', ''],
  [
    '60 a link keeps its address and class and loses its handler',
    '<a href="https://example.com" onclick="alert(1)" class="x">ok</a>',
    '<a href="https://example.com" class="x">ok</a>',
  ],
  ['61 id and class stay', '<p id="test" class="safe">hello</p>', '<p id="test" class="safe">hello</p>'],
  [
    '62 what is escaped already stays as it is',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
  ],
  [
    '63 all of it at once',
    '<p onclick="alert(1)"><a href="javascript:alert(2)">x</a><script>alert(3)</script></p>',
    '<p><a>x</a>alert(3)</p>',
  ],
  [
    '64 a target stays',
    '<a href="https://example.com" target="_blank">go</a>',
    '<a href="https://example.com" target="_blank">go</a>',
  ],
  ['65 data- and aria- attributes go', '<p data-test="x" aria-label="y">hi</p>', '<p>hi</p>'],
  [
    '66 a line break stays and a script leaves its text',
    'Hello<br><script>alert(1)</script>World',
    'Hello<br>alert(1)World',
  ],
];

/** Where others went wrong, and what this one adds of its own. */
const more: readonly (readonly [name: string, given: string, clean: string])[] = [
  ['plain text stays', 'a < b && c > d "quoted"', 'a &lt; b &amp;&amp; c &gt; d "quoted"'],
  [
    'markup inside a script comes out as text',
    '<script><img src=x onerror=alert(1)></script>',
    '&lt;img src=x onerror=alert(1)&gt;',
  ],
  [
    'entities inside a script stay text',
    '<script>&lt;img src=x onerror=alert(1)&gt;</script>',
    '&amp;lt;img src=x onerror=alert(1)&amp;gt;',
  ],
  ['a script that is never closed', 'x<script><b>y', 'x&lt;b&gt;y'],
  ['a style sheet', '<style>p{color:red}</style>', 'p{color:red}'],
  ['a text area', '<textarea><img src=x onerror=alert(1)></textarea>', '&lt;img src=x onerror=alert(1)&gt;'],
  [
    'entities in an option',
    '<option>&lt;script&gt;alert(1)&lt;/script&gt;</option>',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
  ],
  ['an xmp element', '<xmp><script>alert(1)</script></xmp>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
  ['a title', '<title><img src=x onerror=alert(1)></title>', '&lt;img src=x onerror=alert(1)&gt;'],
  ['a scheme with a line break in it', '<a href="java\nscript:alert(1)">x</a>', '<a>x</a>'],
  ['a scheme behind a control character', '<a href="\u0001javascript:alert(1)">x</a>', '<a>x</a>'],
  ['a scheme written in entities', '<a href="&#106;avascript&colon;alert(1)">x</a>', '<a>x</a>'],
  ['a vbscript: link', '<a href="vbscript:msgbox(1)">x</a>', '<a>x</a>'],
  ['a mail address', '<a href="mailto:ada@example.com">x</a>', '<a href="mailto:ada@example.com">x</a>'],
  ['an address on the same site', '<a href="/rooms/1">x</a>', '<a href="/rooms/1">x</a>'],
  [
    'an attribute that would end itself',
    '<p class="&quot; onclick=&quot;alert(1)">x</p>',
    '<p class="&quot; onclick=&quot;alert(1)">x</p>',
  ],
  ['an attribute named like markup', '<p x"><img/onerror=1>y</p>', '<p>y</p>'],
  ['elements that are never closed are', '<p><b>x', '<p><b>x</b></p>'],
  ['an end without a beginning', 'x</b></script></p>', 'x<p></p>'],
  ['a break with an end', 'a<br/>b</br>c', 'a<br>b<br>c'],
  [
    'mathematics that hides a style',
    '<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>',
    '&lt;img src=x onerror=alert(1)&gt;',
  ],
  ['a noscript that hides an attribute', '<noscript><p title="</noscript><img src=x onerror=alert(1)>">', '<p></p>'],
  ['a CDATA section', '<![CDATA[<script>alert(1)</script>]]>x', 'x'],
  ['a processing instruction', '<?php echo 1 ?>x', 'x'],
  ['an element in capitals', '<P ID=x>y</P>', '<p id="x">y</p>'],
];

describe('the vectors', () => {
  test.each(vectors)('%s', (_name, given, clean) => {
    expect(cleanHtml(given)).toBe(clean);
  });
});

describe('beyond them', () => {
  test.each(more)('%s', (_name, given, clean) => {
    expect(cleanHtml(given)).toBe(clean);
  });
});

test('cleaning what is clean changes nothing', () => {
  for (const [, , clean] of [...vectors, ...more]) expect(cleanHtml(clean)).toBe(clean);
});

test('elements deeper than a hundred are taken out, their text stays', () => {
  const clean = cleanHtml(`${'<b>'.repeat(5_000)}deep`);
  expect(clean.match(/<b>/g)).toHaveLength(100);
  expect(clean).toContain('deep');
});

test('the largest message is cleaned in no time, however it is built', () => {
  const began = performance.now();
  for (const part of ['<b>', '</b>', '<', '<a href="', '<!--', '<script>', '&amp;', '<p><script></p>', '<br>']) {
    cleanHtml(part.repeat(Math.floor(32_768 / part.length)));
  }
  expect(performance.now() - began).toBeLessThan(3_000);
});

test('what is visible is the text, with its entities read', () => {
  expect(visibleText('<p>a&nbsp;&lt;b</p><br>c')).toBe('a\u00A0<bc');
  expect(visibleText('<p> <b></b>&#8203;</p>').trim()).toBe('\u200B');
});
