export const root: string;
export const providers: readonly ['sqlite', 'postgresql'];
export function schemaText(provider: 'sqlite' | 'postgresql', file?: string): Promise<string>;
