import type { Op } from '../operations/kernel.js';
import { chatErrorOf } from '../trpc/error-shape.js';
import { scopeOf } from './call-scope.js';
import { HookFailure } from './hooks/hook-failure.js';
import type { SignedUpload, UploadRequest, Uploads } from './uploads.js';

/** Has the host sign an upload. */
export type SignUpload = (op: Op, request: UploadRequest) => Promise<SignedUpload>;

/** The host's `uploads.sign`, whose answer is checked; `undefined` when there is none. */
export function createUploads(uploads: Uploads | undefined): SignUpload | undefined {
  if (uploads === undefined) return undefined;
  return async (op, request) => {
    try {
      return checked(await uploads.sign(request, scopeOf(op)));
    } catch (error) {
      throw chatErrorOf(error) ?? new HookFailure(error);
    }
  };
}

function checked(signed: unknown): SignedUpload {
  if (typeof signed !== 'object' || signed === null || !isPlain(signed)) {
    throw new TypeError('uploads.sign has to answer a plain object with a `url`.');
  }
  const { url } = signed as { readonly url?: unknown };
  if (typeof url !== 'string' || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new TypeError('uploads.sign has to answer a `url` of http or https.');
  }
  return signed as SignedUpload;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
