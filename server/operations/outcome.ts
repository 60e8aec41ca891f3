/** How something came out, kept until it is clear whether it matters. */
export type Outcome<Value> = { readonly value: Value } | { readonly error: unknown };

/** Waits for the outcome. Never rejects. */
export function outcomeOf<Value>(work: Promise<Value>): Promise<Outcome<Value>> {
  return work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

/** The value, or a throw of what there is instead. */
export function valueOf<Value>(outcome: Outcome<Value>): Value {
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}
