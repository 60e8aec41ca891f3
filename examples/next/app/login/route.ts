import { credentials } from '../../src/credentials';
import { shop } from '../../src/shop';

export async function POST(req: Request) {
  const { data } = credentials.safeParse(await req.json());
  const user = data === undefined ? null : await shop().findUser(data);
  if (user === null) return new Response(null, { status: 401 });
  const cookie = shop().cookieOf(await shop().openSession(user.id));
  return new Response(null, { status: 204, headers: { 'set-cookie': cookie } });
}
