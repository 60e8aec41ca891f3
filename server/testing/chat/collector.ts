/** How long to wait for an event. */
export interface WaitOptions {
  /** In milliseconds of real time, whatever the test's clock says. @default the `waitMs` of `testChat`, 3,000 */
  readonly timeoutMs?: number;
}

/** Anything a stream yields. */
export interface AnyEvent {
  readonly type: string;
  readonly roomId?: string;
  readonly seq?: number;
  readonly data: unknown;
}

/** The member of a union of events that has this type. */
export type EventNamed<Event extends AnyEvent, Type extends string> = Event extends { readonly type: infer Own }
  ? Type extends Own
    ? Event
    : never
  : never;

/** Everything a stream yielded, and what waits for more. */
export interface Collected<Event extends AnyEvent> {
  /** Everything the stream yielded, in order, over all reconnects. */
  readonly events: readonly Event[];
  /**
   * The next event of a type (that fits, if `fits` is given): the earliest one that no earlier `next` has given, waited
   * for if it has not come yet. So what came before the call is not missed, and nothing is given twice. Rejects with a
   * sentence that tells what was seen instead.
   */
  next<Type extends Event['type']>(
    type: Type,
    fits?: (event: EventNamed<Event, Type>) => boolean,
    options?: WaitOptions,
  ): Promise<EventNamed<Event, Type>>;
  /** Waits until `holds` of everything that came. Asked again at each event. Rejects like `next`. */
  until(holds: (events: readonly Event[]) => boolean, options?: WaitOptions): Promise<void>;
}

/** The collector's inside. */
export interface Collector<Event extends AnyEvent> extends Collected<Event> {
  push(event: Event): void;
  /** Nothing more will come. */
  end(reason: string): void;
  /** Waits for anything that is looked at again after each event and each `check`. */
  wait<Found>(probe: () => Found | undefined, what: string, options?: WaitOptions): Promise<Found>;
  check(): void;
}

export interface CollectorOptions {
  /** Whose stream it is. */
  readonly name: string;
  readonly waitMs: number;
  /** What else may explain why nothing came. */
  readonly circumstances: () => readonly string[];
}

/** Events told of when one is missing; the newest ones. */
const shownEvents = 20;
const shownCharacters = 160;

export function createCollector<Event extends AnyEvent>(options: CollectorOptions): Collector<Event> {
  const events: Event[] = [];
  const given = new Set<Event>();
  const waiting = new Set<() => void>();
  let ended: string | undefined;

  function check(): void {
    for (const look of [...waiting]) look();
  }

  function failure(what: string, how: string): Error {
    const lines = events.map((event, index) => `  ${index + 1}. ${tell(event)}`);
    const left = Math.max(0, lines.length - shownEvents);
    const seen = [...(left > 0 ? [`  … ${left} before these`] : []), ...lines.slice(left)];
    const all = seen.length === 0 ? ['It has seen no event at all.'] : ['It has seen:', ...seen];
    return new Error([`${options.name} ${how} ${what}.`, ...all, ...options.circumstances()].join('\n'));
  }

  function wait<Found>(
    probe: () => Found | undefined,
    what: string,
    { timeoutMs = options.waitMs }: WaitOptions = {},
  ): Promise<Found> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        waiting.delete(look);
        act();
      };
      const look = (): void => {
        let found: Found | undefined;
        try {
          found = probe();
        } catch (error) {
          settle(() => reject(error instanceof Error ? error : new Error(String(error))));
          return;
        }
        if (found !== undefined) settle(() => resolve(found));
        else if (ended !== undefined) settle(() => reject(failure(what, `has ended (${ended}) and can't wait for`)));
      };
      const timer = setTimeout(
        () => settle(() => reject(failure(what, `waited ${timeoutMs} ms in vain for`))),
        timeoutMs,
      );
      waiting.add(look);
      look();
    });
  }

  return {
    events,
    wait,
    check,
    push(event) {
      events.push(event);
      check();
    },
    end(reason) {
      ended ??= reason;
      check();
    },
    next(type, fits, wanted) {
      type Wanted = EventNamed<Event, typeof type>;
      const isNext = (event: Event): event is Event & Wanted =>
        event.type === type && !given.has(event) && (fits === undefined || fits(event as Wanted));
      const probe = (): Wanted | undefined => {
        const found = events.find(isNext);
        if (found !== undefined) given.add(found);
        return found;
      };
      return wait(probe, fits === undefined ? type : `a ${type} that fits`, wanted);
    },
    async until(holds, wanted) {
      await wait(() => holds(events) || undefined, 'what `until` asks for', wanted);
    },
  };
}

function tell({ type, roomId, seq, data }: AnyEvent): string {
  const place = roomId === undefined ? '' : ` of ${roomId}${seq === undefined ? '' : ` at ${seq}`}`;
  const text = `${type}${place} ${JSON.stringify(data)}`;
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}
