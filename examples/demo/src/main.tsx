import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './view/app';
import './style/tokens.css';
import './style/base.css';
import './style/rooms.css';
import './style/conversation.css';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
