import { visit } from './visit.js';

await visit('express');
