/** Any value that survives JSON unchanged. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A plain JSON object, as in `custom` and `preferences`. */
export interface JsonObject {
  readonly [key: string]: Json;
}
