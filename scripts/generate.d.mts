export function generateClient(provider: 'sqlite' | 'postgresql'): Promise<boolean>;
export function writeClient(schemaWithoutGenerator: string, target: string): Promise<boolean>;
