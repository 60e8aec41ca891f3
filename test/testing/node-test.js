// The suite for buses under Node's own runner: node node-test.js [silent], the latter with a bus that says nothing.
import { describe, it } from 'node:test';
import { memoryBus, memoryWire } from '@confab/server';
import { testBus } from '@confab/server/testing';

const isSilent = process.argv.includes('silent');

testBus(
  { describe, it },
  () => {
    const wire = memoryWire();
    return {
      connect: () => (isSilent ? { ...memoryBus(wire), publish: () => undefined } : memoryBus(wire)),
    };
  },
  { waitMs: isSilent ? 20 : 5_000 },
);
