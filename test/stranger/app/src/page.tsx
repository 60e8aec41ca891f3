import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { api } from './api.js';

function Page() {
  const [people, setPeople] = useState<readonly { id: string; name: string }[]>([]);
  useEffect(() => void api.people.query().then(setPeople), []);
  return (
    <main>
      {people.map(({ id, name }) => (
        <button key={id} type="button">
          {name}
        </button>
      ))}
    </main>
  );
}

createRoot(document.body).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
