/** Plays one example and prints what came of it: `npx jiti examples/extending/run.ts webhook`. */
const [name] = process.argv.slice(2);
if (name === undefined || !/^[a-z-]+$/.test(name)) {
  console.error('Which one? The names of the files in src/ are those of the examples.');
  process.exitCode = 1;
} else {
  const { play } = (await import(`./src/${name}.js`)) as { play(): Promise<unknown> };
  console.log(await play());
}
