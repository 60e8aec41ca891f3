/** Between a user's id and which of their devices it is. */
const mark = '/';

export function secondOf(userId: string): string {
  return `${userId}${mark}second`;
}

export function ownerOf(name: string): string {
  return name.split(mark)[0] ?? name;
}
