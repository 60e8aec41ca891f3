import type { ProcedureName } from '@confab/shared';
import type { z } from 'zod';
import type { Op } from '../../operations/kernel.js';
import { needsOf } from '../../operations/operation.js';
import type { Operation } from '../../operations/operation.js';
import { mayBegin } from '../../policy/may-begin.js';
import { chatErrorOf, validationError } from '../../trpc/error-shape.js';
import type { Aftermath } from './aftermath.js';
import { scopeOf } from '../call-scope.js';
import { frozen } from '../frozen.js';
import { HookFailure } from './hook-failure.js';
import type { HookRunner } from './hook-runner.js';
import { byName } from './loose-hooks.js';
import type { LooseHook, LooseHooks } from './loose-hooks.js';

type Core = (op: Op, input: unknown) => Promise<unknown>;

/** What one call comes through. */
interface Passage {
  readonly core: Core;
  /** Checks an input that a hook made of another one. */
  readonly recheck: (input: unknown) => unknown;
  /** The input as it came. */
  readonly said: unknown;
  /** What the core threw last. */
  passing: unknown;
  /** What came out of a hook last: its own, or what passed through it. */
  thrown: unknown;
  /** What the core did; `undefined` while it has done nothing. */
  done: { readonly input: unknown } | undefined;
}

/**
 * Runs operations inside these hooks, the first outermost. They are read when they are first needed: plugins are given
 * the chat's own parts to make them with.
 */
export function createHookRunner(sources: readonly LooseHooks[], aftermath: Aftermath): HookRunner {
  let found: ReadonlyMap<string, readonly LooseHook[]> | undefined;
  const schemas = new Map<string, z.ZodType>();
  const hooksOf = (name: string): readonly LooseHook[] => (found ??= byName(sources)).get(name) ?? [];

  function schemaOf(op: Op, operation: Operation<ProcedureName, z.ZodType, unknown>): z.ZodType {
    const known = schemas.get(operation.name) ?? operation.input(op.kernel.settings);
    schemas.set(operation.name, known);
    return known;
  }

  function afterwards(op: Op, name: string, hooks: readonly LooseHook[], input: unknown, result: unknown): void {
    const ctx = scopeOf({ ...op, store: op.kernel.store });
    for (const hook of hooks) {
      if (hook.afterCommit === undefined) continue;
      aftermath.run(`a hook after ${name}`, () => hook.afterCommit?.({ input, ctx, result }));
    }
  }

  async function within<Name extends ProcedureName, Schema extends z.ZodType, Output>(
    op: Op,
    operation: Operation<Name, Schema, Output>,
    hooks: readonly LooseHook[],
    given: z.output<Schema>,
  ): Promise<Output> {
    const earlier = await operation.repeats?.earlier(op, given);
    if (earlier !== undefined) return earlier;
    const said = frozen(given);
    const passage = passageOf(operation, schemaOf(op, operation), said);
    const isAllowed = await mayBegin(op, needsOf(operation, op, given), given);
    const asked = isAllowed ? hooks : await claiming(op, hooks, said, passage);
    // What the caller may not do is left to the operation, which says why.
    if (asked.length === 0) return operation.run(op, given);
    const prepare = isAllowed ? operation.prepare : undefined;
    const input = prepare === undefined ? said : frozen(await prepare(op, given));
    const run = asked.reduceRight<Core>((inner, hook) => wrap(hook, inner, passage), passage.core);
    const result = await run(prepare === undefined ? op : { ...op, isPrepared: true }, input).catch(
      (error: unknown) => {
        const isHooksOwn = error === passage.thrown && error !== passage.passing;
        throw isHooksOwn ? (chatErrorOf(error) ?? new HookFailure(error)) : error;
      },
    );
    const { done } = passage;
    if (done !== undefined) op.store.afterCommit(() => afterwards(op, operation.name, hooks, done.input, result));
    // Hooks were declared with the result of this very operation.
    return result as Output;
  }

  return {
    run(op, operation, input) {
      const hooks = hooksOf(operation.name);
      return hooks.length === 0 ? operation.run(op, input) : within(op, operation, hooks, input);
    },
    get hasSessionHooks() {
      return hooksOf('session.open').length + hooksOf('session.close').length > 0;
    },
    async beforeOpen(ctx) {
      for (const hook of hooksOf('session.open')) await hook.before?.({ input: undefined, ctx });
    },
    afterOpen(ctx) {
      for (const hook of hooksOf('session.open')) {
        aftermath.run('a hook after session.open', () =>
          hook.afterCommit?.({ input: undefined, ctx, result: undefined }),
        );
      }
    },
    afterClose(ctx, closeCode) {
      for (const hook of hooksOf('session.close')) {
        const call = { input: undefined, ctx, result: undefined, closeCode };
        aftermath.run('a hook after session.close', () => hook.afterCommit?.(call));
      }
    },
    settled: () => aftermath.settled(),
  };
}

function passageOf<Name extends ProcedureName, Schema extends z.ZodType, Output>(
  operation: Operation<Name, Schema, Output>,
  schema: z.ZodType,
  said: z.output<Schema>,
): Passage {
  const passage: Passage = {
    async core(op, input) {
      // A transaction that is done again, or an `around` that goes on twice, starts over.
      passage.done = undefined;
      let isUnchanged = false;
      const unchanged = (): void => {
        isUnchanged = true;
      };
      try {
        const result = await operation.run({ ...op, unchanged }, input as z.output<Schema>);
        if (!isUnchanged) passage.done = { input };
        return result;
      } catch (error) {
        passage.passing = error;
        throw error;
      }
    },
    recheck(input) {
      const parsed = schema.safeParse(input);
      if (parsed.success) return frozen(parsed.data);
      throw validationError(parsed.error);
    },
    ...{ said, passing: undefined, thrown: undefined, done: undefined },
  };
  return passage;
}

/** The hook that takes what the core does not know for its own, if there is one: with its `around` only. */
async function claiming(op: Op, hooks: readonly LooseHook[], input: unknown, passage: Passage): Promise<LooseHook[]> {
  for (const hook of hooks) {
    const { around } = hook;
    if (around === undefined || hook.claims === undefined) continue;
    const isClaimed = await asking(passage, () => hook.claims?.({ input, ctx: scopeOf(op) }));
    if (isClaimed === true) return [{ around: (call) => around.call(hook, call) }];
  }
  return [];
}

/** Runs what is a hook's own, and notes what it throws. */
async function asking<Answer>(passage: Passage, work: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    passage.thrown = error;
    throw error;
  }
}

/** One hook and everything within it. */
function wrap(hook: LooseHook, inner: Core, passage: Passage): Core {
  const ask = <Answer>(work: () => Answer | Promise<Answer>): Promise<Answer> => asking(passage, work);

  const changed = (given: unknown, made: unknown): unknown =>
    made === undefined || made === null || made === given ? given : passage.recheck(made);

  async function goOn(op: Op, input: unknown): Promise<unknown> {
    const { around } = hook;
    if (around === undefined) return inner(op, input);
    const { said } = passage;
    const next = (made?: unknown): Promise<unknown> => inner(op, changed(input, made));
    return ask(() => around.call(hook, { input, ctx: scopeOf(op), next, said }));
  }

  return async (op, given) => {
    const { before, when, inTransaction = false } = hook;
    if (!inTransaction && before === undefined) return goOn(op, given);
    if (!inTransaction) {
      return goOn(op, changed(given, await ask(() => before?.call(hook, { input: given, ctx: scopeOf(op) }))));
    }
    if (when !== undefined && !(await ask(() => when.call(hook, { input: given, ctx: scopeOf(op) })))) {
      return inner(op, given);
    }
    return op.store.transaction(async ({ tx, store }) => {
      const inside: Op = { ...op, store };
      const made = await ask(() => before?.call(hook, { input: given, ctx: scopeOf(inside), tx }));
      return goOn(inside, changed(given, made));
    });
  };
}
