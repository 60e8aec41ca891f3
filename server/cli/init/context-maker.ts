import type { SourceFile } from './source-files.js';

/** The function that makes a project's tRPC context. */
export interface ContextMaker {
  readonly name: string;
  readonly source: SourceFile;
  readonly takes: ContextInput;
}

/**
 * What a context is made of: `node` is what one of tRPC's adapters for Node.js gives and no WebSocket does, `socket` what
 * both do; `fetch` is an object with a `Request`, `request` one itself, `headers` an object with its headers.
 */
export type ContextInput = 'nothing' | 'socket' | 'node' | 'fetch' | 'request' | 'headers' | 'unknown';

/** Finds it by the type that `initTRPC` is told of, else by the names it usually has. */
export function findContextMaker(
  sources: readonly SourceFile[],
  trpc: SourceFile | undefined,
): ContextMaker | undefined {
  const told = contextTypeOf(trpc);
  const names = [/\btypeof\s+(\w+)/.exec(told)?.[1], aliased(told, sources), 'createContext', 'createTRPCContext'];
  for (const name of names) {
    if (name === undefined) continue;
    const declared = new RegExp(String.raw`^export\s+(?:async\s+)?(?:function|const)\s+${name}\b[^(]*\(`, 'm');
    const source = sources.find(({ text }) => declared.test(text));
    const found = source && declared.exec(source.text);
    if (source === undefined || !found) continue;
    return { name, source, takes: inputOf(parametersAt(source.text, found.index + found[0].length)) };
  }
  return undefined;
}

/** The type argument of `initTRPC.context`, as it is written; `''`: none. */
export function contextTypeOf(trpc: SourceFile | undefined): string {
  return /initTRPC\s*\.context<\s*((?:[^<>]|<(?:[^<>]|<[^<>]*>)*>)+?)\s*>\(/.exec(trpc?.text ?? '')?.[1] ?? '';
}

/** The function whose result a type is declared to be. */
function aliased(type: string, sources: readonly SourceFile[]): string | undefined {
  if (!/^\w+$/.test(type)) return undefined;
  const declared = new RegExp(String.raw`\btype\s+${type}\s*=[^;]*?\btypeof\s+(\w+)`);
  return sources.map(({ text }) => declared.exec(text)?.[1]).find((name) => name !== undefined);
}

/** The text up to the bracket that closes. */
function parametersAt(text: string, start: number): string {
  let depth = 1;
  let at = start;
  for (; at < text.length && depth > 0; at += 1) {
    if (/[([{]/.test(text[at] ?? '')) depth += 1;
    if (/[)\]}]/.test(text[at] ?? '')) depth -= 1;
  }
  return text.slice(start, at - 1);
}

function inputOf(parameters: string): ContextInput {
  if (parameters.trim() === '') return 'nothing';
  if (/\bCreateWSSContextFnOptions\b|\bIncomingMessage\b/.test(parameters)) return 'socket';
  if (/\bCreate(?:Express|HTTP|Fastify|Next)ContextOptions\b|\bNodeHTTPCreateContext/.test(parameters)) return 'node';
  if (/\bFetchCreateContextFnOptions\b|\{[^}]*\breq\w*\s*:\s*Request\b[^}]*\}/.test(parameters)) return 'fetch';
  if (/^\s*\w+\s*:\s*Request\s*,?\s*$/.test(parameters)) return 'request';
  if (/\{[^}]*\bheaders\s*:\s*Headers\b[^}]*\}/.test(parameters)) return 'headers';
  return 'unknown';
}
