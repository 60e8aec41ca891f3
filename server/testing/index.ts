export { testChat } from './chat/test-chat.js';
export type { TestChat, TestKitOptions, TestNode } from './chat/test-chat.js';
export type { TestClient, TestClientOptions } from './chat/client.js';
export type { TestClock } from './chat/clock.js';
export type { AnyEvent, Collected, EventNamed, WaitOptions } from './chat/collector.js';
export type { TestClientOfPrisma, TestDatabaseOptions } from './chat/database.js';
export type { AnyChat, TestApp, Testable, TestArrival, TestBase, TestContext } from './chat/types.js';
export { simulate, SimulationError } from './simulator/simulate.js';
export type {
  SimulatedEvents,
  SimulatedPlugin,
  SimulateOptions,
  SimulationReport,
  SimulationViolation,
} from './simulator/simulate.js';
export type {
  ActionScope,
  SimulatedData,
  SimulatedEvent,
  SimulatedTruth,
  SimulationAction,
} from './simulator/own-actions.js';
export type { Prng } from './simulator/prng.js';
export type { SimulatedDevice, SimulationInvariant, ToldRoom } from './simulator/invariants.js';
export type { CreateClient, Seat, SimulatedClient } from './simulator/client.js';
export { seedCommunity } from './community/seed-community.js';
export type { Community, SeedOptions } from './community/seed-community.js';
export { testChatStore } from './store/test-chat-store.js';
export type { TestChatStoreOptions } from './store/test-chat-store.js';
export type { StoreUnderTest } from './store/bench.js';
export { testBus } from './bus/test-bus.js';
export type { TestBusOptions } from './bus/test-bus.js';
export type { BusUnderTest } from './bus/fixture.js';
export type { SuiteRunner } from './suite/runner.js';
