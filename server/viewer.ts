/** What the host says of whoever calls. */
export interface Viewer {
  readonly id: string;
  readonly name?: string | null;
  readonly image?: string | null;
  /** After it, calls are refused and the socket is closed with 4013. */
  readonly expiresAt?: Date | null;
  /** The device. @default `connectionParams.device`, else the connection */
  readonly sessionId?: string | null;
  /** When the credentials were issued; a revoked session comes back with newer ones only. */
  readonly issuedAt?: Date | null;
}
