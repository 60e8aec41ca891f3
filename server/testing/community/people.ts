import type { UserProfile } from '@confab/shared';
import type { Prng } from '../simulator/prng.js';

const givenNames = [
  ...['Mara', 'Jonas', 'Amina', 'Théo', 'Ingrid', 'Rafael', 'Yuki', 'Noor', 'Petra', 'Samuel', 'Leila', 'Oskar'],
  ...['Ji-woo', 'Clara', 'Dmitri', 'Fatou', 'Hugo', 'Saoirse', 'Arjun', 'Beatriz', 'Emre', 'Zofia', 'Kwame', 'Lucía'],
] as const;

const familyNames = [
  ...['Lindqvist', 'Okafor', 'Moreau', 'Tanaka', 'Bauer', 'Silva', 'Rahman', 'Novák', 'O’Brien', 'Haddad', 'Kim'],
  ...['Petrov', 'Diallo', 'Jansen', 'Rossi', 'Fernández', 'Yılmaz', 'Kowalska', 'Mensah', 'Iyer', 'Andersen', 'Costa'],
] as const;

/** More people than this have no names of their own. */
export const mostPeople = givenNames.length * familyNames.length;

/** People with names, no two alike. Their ids are their names, which is how the demo's login knows people. */
export function makePeople(prng: Prng, count: number): readonly UserProfile[] {
  const names = givenNames.flatMap((given) => familyNames.map((family) => `${given} ${family}`));
  return shuffled(prng, names)
    .slice(0, count)
    .map((name) => ({ id: name, name, image: null }));
}

/** The same in another order. */
export function shuffled<Item>(prng: Prng, items: readonly Item[]): readonly Item[] {
  return items
    .map((item) => ({ item, place: prng.next() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ item }) => item);
}
