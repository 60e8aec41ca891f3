import { headers } from 'next/headers';
import { shop } from '../src/shop';

/** My rooms, rendered on the server. */
export default async function Page() {
  const cookies = (await headers()).get('cookie');
  const session = await shop().findSession(cookies);
  if (session === null) return <p>Nobody is logged in.</p>;
  const { items } = await shop().chat.as(session.userId).room.list({});
  return (
    <ul>
      {items.map((room) => (
        <li key={room.id}>
          {room.name} ({room.unread})
        </li>
      ))}
    </ul>
  );
}
