import path from 'node:path';
import { CommandError } from '../generate/command-error.js';
import { loadPlugins } from '../generate/load-config.js';
import { readIfThere, writeFiles } from '../generate/output-files.js';
import { readModels } from '../generate/prisma/document.js';
import { generatePrisma } from '../generate/prisma/generate-prisma.js';
import { detectProject } from './detect-project.js';
import type { Project } from './detect-project.js';
import { mountFile } from './mount-file.js';
import { stepsLeft } from './steps.js';

export interface InitOptions {
  /** Whether what is shown may be written. */
  readonly confirm: () => Promise<boolean>;
  readonly log: (text: string) => void;
}

const frameworks = { express: 'Express', fastify: 'Fastify', hono: 'Hono', next: 'Next.js', 'node-http': 'node:http' };

/**
 * Puts a chat into the project in a folder: the models into its schema, and a file that opens the chat. Shows first what
 * is to be written, overwrites nothing, and ends by saying what is left to be done by hand.
 */
export async function init(cwd: string, { confirm, log }: InitOptions): Promise<void> {
  const project = await detectProject(cwd);
  const mount = mountFile(project);
  const models = project.schema.isFolder ? path.join(project.schema.path, 'chat.prisma') : project.schema.path;
  const shownModels = path.relative(cwd, models);
  log(summary(project, cwd));

  const hasModels = readModels((await readIfThere(models)) ?? '') !== undefined;
  if (hasModels) log(`${shownModels} has the models of the chat; "confab generate prisma" keeps them up to date.`);
  if (mount.isThere) log(`${mount.path} is there already, and stays as it is.`);
  const writes = [
    ...(hasModels ? [] : [`${shownModels}   the models of the chat${project.schema.isFolder ? '' : ', at its end'}`]),
    ...(mount.isThere ? [] : [`${mount.path}   the chat, and how it gets onto your server`]),
  ];
  if (writes.length > 0) {
    log(['To be written:', ...writes].join('\n  '));
    if (!(await confirm())) throw new CommandError('Nothing was written.');
    if (!hasModels) await generatePrisma({ plugins: await loadPlugins(cwd) }, cwd);
    if (!mount.isThere) await writeFiles([{ path: path.join(cwd, mount.path), text: mount.text }]);
    log('Written.');
  }
  log(stepsLeft(project, mount));
}

function summary({ framework, packageManager, schema, router }: Project, cwd: string): string {
  const place = path.relative(cwd, schema.path);
  const where = router === undefined ? 'its root router was not found' : `its root router in ${router.path}`;
  return `A project on ${frameworks[framework]} with ${packageManager}, ${schema.provider} by Prisma in ${place}, ${where}.`;
}
