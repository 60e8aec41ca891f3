import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../../scripts/schema.mjs';
import { runCli } from './run-cli.js';
import type { CliResult } from './run-cli.js';

/** A folder as a host has it, with the packages of this repository installed. */
export interface Project extends AsyncDisposable {
  readonly cwd: string;
  /** Runs the command line there. */
  run(args: readonly string[], env?: Record<string, string>): Promise<CliResult>;
  read(file: string): Promise<string>;
  write(file: string, text: string): Promise<void>;
  /** Replaces text of a file that has to have it. */
  replace(file: string, from: string, to: string): Promise<void>;
}

/** Makes a folder with these files. */
export async function createProject(files: Readonly<Record<string, string>>): Promise<Project> {
  const cwd = await mkdtemp(path.join(tmpdir(), 'confab-project-'));
  await symlink(path.join(root, 'node_modules'), path.join(cwd, 'node_modules'));
  const project: Project = {
    cwd,
    run: (args, env = {}) => runCli(args, { cwd, env }),
    read: (file) => readFile(path.join(cwd, file), 'utf8'),
    async write(file, text) {
      await mkdir(path.dirname(path.join(cwd, file)), { recursive: true });
      await writeFile(path.join(cwd, file), text);
    },
    async replace(file, from, to) {
      const text = await project.read(file);
      if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
      await project.write(
        file,
        text.replace(from, () => to),
      );
    },
    [Symbol.asyncDispose]: () => rm(cwd, { recursive: true, force: true }),
  };
  for (const [file, text] of Object.entries(files)) await project.write(file, text);
  return project;
}
