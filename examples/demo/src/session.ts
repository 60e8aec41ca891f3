import { cleanName } from '@confab/shared';

/** Who this tab is. */
export interface Session {
  readonly token: string;
  readonly user: { readonly id: string; readonly name: string };
}

const key = 'confab.session';

/** This tab's user, else the one who signed in last in this browser. */
export function storedSession(): Session | null {
  const text = sessionStorage.getItem(key) ?? localStorage.getItem(key);
  if (text === null || text === '') return null;
  try {
    return JSON.parse(text) as Session;
  } catch {
    return null;
  }
}

/** Signs in under a name and remembers it, for this tab and for the next one. */
export async function signIn(name: string): Promise<Session> {
  const response = await fetch('/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  if (response.status === 404) throw new Error('This server has its own sign-in; the demo page can’t be used with it.');
  if (!response.ok) throw new Error('The server refused this name.');
  const session = (await response.json()) as Session;
  const text = JSON.stringify(session);
  sessionStorage.setItem(key, text);
  localStorage.setItem(key, text);
  return session;
}

/** Forgets this tab's user; other tabs keep theirs. */
export function signOut(): void {
  sessionStorage.setItem(key, '');
  localStorage.removeItem(key);
}

/** The id of the person who signs in under this name: the demo's login takes the name itself, without stray spaces. */
export function userIdOf(name: string): string {
  return cleanName(name) ?? name;
}
