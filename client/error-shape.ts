import type { ChatErrorCode, ChatErrorData } from '@confab/shared';

/** An error a chat procedure answers with, as it arrives. */
export interface ChatErrorShape<Code extends string = ChatErrorCode> {
  readonly message: string;
  readonly code: number;
  readonly data: {
    /** tRPC's own name of the code. */
    readonly code: string;
    readonly httpStatus: number;
    readonly path?: string;
    readonly chat: ChatErrorData<Code>;
  };
}
