import { credentials } from '../../src/credentials';
import { shop } from '../../src/shop';

export async function POST(req: Request) {
  const { data } = credentials.safeParse(await req.json());
  if (data === undefined) return new Response(null, { status: 400 });
  return new Response(null, { status: (await shop().signUp(data)) ? 201 : 409 });
}
