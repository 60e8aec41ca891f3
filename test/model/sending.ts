import type { Message, ScheduledMessage } from '@confab/shared';
import type { Model, ModelScheduled } from './model.js';
import { asSender } from './rules.js';
import { keep } from './said.js';
import type { Stage } from './stage.js';
import { shortOf } from './step.js';

/** How long the chat may take to see that something is due. */
const lookMs = 1_000;
/** As often it is let look before what is due counts as forgotten. */
const looks = 3;
/** Longer than slow mode, and than what it waits by itself before it tries again. */
const laterMs = 61_000;
const laterTries = 10;

/** Lets time go by. What is due then is sent or refused, in the product and in the model. */
export async function pass(model: Model, stage: Stage, ms: number): Promise<void> {
  stage.advance(ms);
  for (let look = 0; model.scheduled.some(isOpen); look += 1) {
    await stage.rest();
    const forgotten = await settleDue(model, stage);
    if (forgotten === undefined) return;
    if (look === looks) throw new Error(`${nameOf(forgotten)} was due and not sent.`);
    stage.advance(lookMs);
  }
}

/** Lets time go by until nothing is to be sent any more. */
export async function passUntilSent(model: Model, stage: Stage): Promise<void> {
  for (let tries = 0; model.scheduled.some(isOpen); tries += 1) {
    if (tries === laterTries) throw new Error('What slow mode put off was never sent.');
    await pass(model, stage, laterMs);
  }
}

function isOpen({ state }: ModelScheduled): boolean {
  return state === 'waiting';
}

function nameOf({ by, input }: ModelScheduled): string {
  return `"${input.content}" of ${shortOf(by)}`;
}

/** Holds what became of all that is due against the rules of this moment. Returns one that the chat did not look at. */
async function settleDue(model: Model, stage: Stage): Promise<ModelScheduled | undefined> {
  const due = model.scheduled
    .filter((one) => isOpen(one) && one.sendAt <= model.now)
    .toSorted((one, other) => one.sendAt - other.sendAt || (one.id < other.id ? -1 : 1));
  const kept = new Map<string, ScheduledMessage>();
  for (const by of new Set(due.map((one) => one.by))) {
    const { items } = await stage.as(by).message.scheduled({ limit: 100 });
    for (const item of items) kept.set(item.id, item);
  }
  let forgotten: ModelScheduled | undefined;
  for (const one of due) if (await settle(model, stage, one, kept.get(one.id))) forgotten = one;
  return forgotten;
}

/** Whether it was not looked at. */
async function settle(model: Model, stage: Stage, one: ModelScheduled, kept?: ScheduledMessage): Promise<boolean> {
  const { room, by, mentions, replyTo, root, input } = one;
  const refusal = asSender(model, room, by, one);
  const differ = (what: string): Error =>
    new Error(`${nameOf(one)} ${what}, by the model: ${refusal ?? 'no refusal'}.`);
  if (kept === undefined) {
    if (refusal !== undefined) throw differ('was sent');
    const { sendAt: _later, ...sentAs } = { ...input, clientId: one.id };
    keep(model, room, await sentBy(stage, one), { mentions, replyTo, root, sentAs });
    one.state = 'sent';
    return false;
  }
  if (kept.state === 'failed') {
    const isPassing = refusal === 'RATE_LIMITED';
    if (refusal === undefined || isPassing || kept.error !== refusal) throw differ(`failed with ${kept.error ?? ''}`);
    Object.assign(one, { state: 'failed', error: refusal });
    return false;
  }
  if (refusal === 'RATE_LIMITED') one.isLate = true;
  // How long it is put off beyond that is the chat's own choice.
  return !one.isLate;
}

/** The message it became, which has its id for a client id. */
async function sentBy(stage: Stage, { id, by, room, root }: ModelScheduled): Promise<Message> {
  const place = { roomId: room.id, limit: 100, ...(root !== null && { threadId: root.id }) };
  const { items } = await stage.as(by).message.list(place);
  const sent = items.find(({ clientId }) => clientId === id);
  if (sent === undefined) throw new Error(`A scheduled message of ${shortOf(by)} is neither waiting nor sent.`);
  return sent;
}
