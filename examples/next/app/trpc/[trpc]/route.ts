import { shop } from '../../../src/shop';

/** Calls over HTTP, and server-sent events. */
const answer = (req: Request) => shop().answerCall(req);

export { answer as GET, answer as POST };
