import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { Notice } from './notice';
import { usePage } from './page';

/** A modal dialog of the browser's own: it keeps the focus, closes with Escape and gives the focus back. */
export function Dialog({
  title,
  onClose,
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const { dismiss } = usePage();

  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);

  function close(): void {
    dismiss();
    onClose();
  }

  return (
    <dialog
      ref={ref}
      aria-labelledby="dialog-title"
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClick={(event) => {
        if (event.target === ref.current) close();
      }}
    >
      <div className="dialog">
        <header>
          <h2 id="dialog-title">{title}</h2>
          <button type="button" className="plain" aria-label="Close" onClick={close}>
            ✕
          </button>
        </header>
        {children}
        <Notice />
      </div>
    </dialog>
  );
}
