import { contextTypeOf } from './context-maker.js';
import type { Project } from './detect-project.js';
import { importOf } from './imports.js';

/** How a mount file knows who calls. */
export interface CallerPart {
  readonly imports: readonly string[];
  readonly lines: readonly string[];
  /** The body of `viewer`, for a context called `ctx` of the type `Context`. */
  readonly viewer: string;
  /** What the id of the user is taken to be. */
  readonly reads: string;
}

/** Ways a context says who calls, the most particular first. */
const callers = ['ctx.session?.user?.id', 'ctx.session?.userId', 'ctx.auth?.userId', 'ctx.user?.id', 'ctx.userId'];

/** How the mount file at `file` reads the caller: by the project's own context, if its type can be imported. */
export function callerOf(project: Project, file: string): CallerPart {
  const context = contextType(project, file);
  const id = context && idIn(project);
  const viewer = (expression: string) => `    const id = ${expression};\n    return id ? { id: String(id) } : null;`;
  if (context !== undefined && id !== undefined) return { ...context, reads: id, viewer: viewer(id) };
  return {
    imports: [],
    lines: [
      '/** What the chat reads of the tRPC context. */\ninterface Context {\n  readonly userId?: string | null;\n}',
    ],
    reads: 'ctx.userId',
    viewer: viewer('ctx.userId'),
  };
}

/** The expression that the project's procedures know their caller by, unless it is a middleware that adds it. */
function idIn({ sources, context, trpc }: Project): string | undefined {
  const made = [context?.source, trpc].map((source) => source?.text ?? '').join('\n');
  const said = sources.map(({ text }) => text).join('\n');
  const found = callers.find((expression) => {
    const [, head = ''] = /^ctx\.(\w+)/.exec(expression) ?? [];
    const used = new RegExp(`\\b${expression.replaceAll('?.', String.raw`[?!]?\.`)}\\b`);
    return used.test(said) && new RegExp(`\\b${head}\\b`).test(made);
  });
  return found ?? (/(?:return|=>)\s*\(?\{\s*(?:\w+,\s*)*userId\b/.test(made) ? 'ctx.userId' : undefined);
}

/** The type of the context: the one `initTRPC` is told of, else what the function that makes it returns. */
function contextType(
  { trpc, context, ending }: Project,
  file: string,
): Pick<CallerPart, 'imports' | 'lines'> | undefined {
  const told = contextTypeOf(trpc);
  const named = trpc && /^\w+$/.test(told) ? importOf(told, trpc, file, ending) : undefined;
  if (named !== undefined) {
    const alias = named.name === 'Context' ? named.name : `${named.name} as Context`;
    return { imports: [`import type { ${alias} } from '${named.from}';`], lines: [] };
  }
  const maker = context && importOf(context.name, context.source, file, ending);
  if (maker === undefined) return undefined;
  return {
    imports: [`import type { ${maker.name} } from '${maker.from}';`],
    lines: [`type Context = Awaited<ReturnType<typeof ${maker.name}>>;`],
  };
}
