/** The same value, plain objects and arrays in it frozen: whoever is shown it can't change it for others. */
export function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  const isPlain = Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value) as object);
  if (!isPlain) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
