/** What is kept of users and their devices. */
export const userMethods = {} as const;
