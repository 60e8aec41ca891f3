export const root: string;
export const providers: readonly ['sqlite', 'postgresql'];
export function schemaText(provider: 'sqlite' | 'postgresql', ...files: readonly string[]): Promise<string>;
export function fullSchemaText(provider: 'sqlite' | 'postgresql'): Promise<string>;
export function pluginIds(): Promise<readonly string[]>;
export function pluginFile(id: string): string;
export const coreModels: string;
