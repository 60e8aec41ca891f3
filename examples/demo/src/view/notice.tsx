import { usePage } from './page';

/** Why something was refused; in a dialog when one is open, as nothing behind it can be reached. */
export function Notice() {
  const { notice, dismiss } = usePage();
  if (notice === null) return null;
  return (
    <div className="notice" role="alert">
      <span>{notice}</span>
      <button type="button" className="plain" aria-label="Dismiss" onClick={dismiss}>
        ✕
      </button>
    </div>
  );
}
