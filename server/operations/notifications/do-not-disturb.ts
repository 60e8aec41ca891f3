import type { DoNotDisturb, QuietHours } from '@confab/shared';

const minutesPerDay = 1_440;

/**
 * Whether somebody is not to be disturbed at this moment. Quiet hours go by the clock on the wall: where it is put back,
 * the hour that comes twice is quiet twice, and one that is skipped is not missed.
 */
export function isQuiet(doNotDisturb: DoNotDisturb, now: Date): boolean {
  if (doNotDisturb === null) return false;
  return 'until' in doNotDisturb ? now < doNotDisturb.until : isWithin(doNotDisturb, now);
}

function isWithin({ from, to, timeZone, days }: QuietHours, now: Date): boolean {
  const { day, minute } = wallClock(now, timeZone);
  const begin = minuteOf(from);
  const end = minuteOf(to);
  const beginsOn = (weekday: number): boolean => days === undefined || days.includes(weekday);
  if (begin < end) return begin <= minute && minute < end && beginsOn(day);
  // Past midnight it is still the night that began the day before.
  return (minute >= begin && beginsOn(day)) || (minute < end && beginsOn((day + 6) % 7));
}

/** The minute of the day that an `HH:MM` names. */
function minuteOf(time: string): number {
  const [hours = '0', minutes = '0'] = time.split(':');
  return (Number(hours) * 60 + Number(minutes)) % minutesPerDay;
}

const weekdays: readonly string[] = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Whether this is a name of the IANA time zone database. An offset is none: it knows of no summer. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** Making one takes far longer than using it, and there are no more than a few hundred time zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  // They are found in any case of letters.
  const key = timeZone.toLowerCase();
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  formats.set(key, made);
  return made;
}

function wallClock(now: Date, timeZone: string): { readonly day: number; readonly minute: number } {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(now)
      .map(({ type, value }) => [type, value]),
  );
  const day = weekdays.indexOf(parts.get('weekday') ?? '');
  return { day, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
}
