import { runRaces } from './rounds.js';

runRaces(5);
