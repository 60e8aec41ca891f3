const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const date = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const fullDate = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });

export function time(at: Date): string {
  return clock.format(at);
}

export function isSameDay(left: Date, right: Date): boolean {
  return left.toDateString() === right.toDateString();
}

/** A time of today, a date of any other day. */
export function shortTime(at: Date): string {
  return isSameDay(at, new Date()) ? clock.format(at) : date.format(at);
}

export function day(at: Date): string {
  return isSameDay(at, new Date()) ? 'Today' : fullDate.format(at);
}
