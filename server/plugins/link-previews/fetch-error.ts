/** Why a page was not fetched. */
export type LinkFetchFault =
  /** Another scheme than http or https, credentials in it, or a port that is not allowed. */
  | 'url'
  /** The name does not resolve, or to an address that is not allowed. */
  | 'address'
  | 'redirects'
  /** Not answered with 200. */
  | 'status'
  /** Not HTML. */
  | 'type'
  | 'timeout'
  | 'network';

/** A page that could not be fetched, or must not be. Its message holds no URL: links are private. */
export class LinkFetchError extends Error {
  override readonly name = 'LinkFetchError';
  readonly fault: LinkFetchFault;

  constructor(fault: LinkFetchFault, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.fault = fault;
  }
}
