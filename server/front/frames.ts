import type { TRPCDataTransformer } from '@trpc/server';
import type { Delivery } from '../events/outlet.js';

/** One unmasked, unfragmented text frame. @see RFC 6455 section 5.2 */
export function textFrame(payload: string): Buffer {
  const length = Buffer.byteLength(payload);
  const start = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = 0x81;
  if (start === 2) {
    frame[1] = length;
  } else if (start === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(payload, start);
  return frame;
}

/** Frames of the delivery that is going out; as many request ids as this share them. */
const cachedIds = 64;

/** Makes the frames of deliveries: one serialisation per delivery, one frame per request id. */
export interface DeliveryFrames {
  /** The tRPC message of a delivery under a request id, given as JSON. Throws when the event can't be serialised. */
  of(delivery: Delivery, idJson: string): Buffer;
  /** About how many bytes a frame of it takes. */
  size(delivery: Delivery): number;
}

export function createDeliveryFrames(serializer: TRPCDataTransformer): DeliveryFrames {
  // A delivery goes to all its sockets in one go, so remembering the last one is enough.
  let last: Delivery | undefined;
  const byId = new Map<string, Buffer>();

  function text(delivery: Delivery): string {
    const { texts, cursor, event } = delivery;
    let made = texts.get(serializer);
    if (made === undefined) {
      const data = JSON.stringify(serializer.serialize({ id: cursor, data: event }));
      made = `"result":{"type":"data","id":${JSON.stringify(cursor)},"data":${data}}}`;
      texts.set(serializer, made);
    }
    return made;
  }

  return {
    of(delivery, idJson) {
      if (delivery !== last) {
        last = delivery;
        byId.clear();
      }
      let frame = byId.get(idJson);
      if (frame === undefined) {
        frame = textFrame(`{"id":${idJson},${text(delivery)}`);
        if (byId.size < cachedIds) byId.set(idJson, frame);
      }
      return frame;
    },
    size: (delivery) => text(delivery).length + 32,
  };
}
