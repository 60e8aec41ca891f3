import type { AttachmentType } from '@confab/shared';
import type { ChatScope } from './scope.js';

/** What somebody wants to upload, checked against the settings. */
export interface UploadRequest {
  /** Where it is to be sent; the caller may send there. `null`: not said. */
  readonly roomId: string | null;
  /** The name of the file without its folders, and without characters that a name should not hold. */
  readonly name: string;
  /** One of the setting `mime`. */
  readonly mime: string;
  /** Bytes, at most `limits.uploadBytes`. Have the storage hold the upload to it. */
  readonly size: number;
  /** What it will be as an attachment. */
  readonly type: AttachmentType;
}

/** What `upload.sign` answers, whatever the host adds to it. */
export interface SignedUpload {
  /** Where the bytes go to, over http or https. */
  readonly url: string;
}

/** How clients get their files to a storage of the host's; bytes never pass through Confab. */
export interface Uploads<Signed extends SignedUpload = SignedUpload> {
  /**
   * Signs one upload. Its answer reaches the client as it is: an object of plain data with an http(s) `url`, and
   * whatever else the client needs, such as `method`, `headers`, `fields` or the `publicUrl` to attach. A `ChatError` that
   * it throws reaches the caller; anything else is `INTERNAL` with a reference.
   */
  sign(request: UploadRequest, ctx: ChatScope): Signed | Promise<Signed>;
}
