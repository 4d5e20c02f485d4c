// What each entry promises: nothing at import, the wasm from wherever it comes, one sentence where it cannot.
export const manifest = { type: "module" };

export async function run(project) {
  for (const script of ["lazy.js", "slim.js", "realm.js", "sentences.js"]) await project.node(script);
  return `Node ${process.versions.node}, every entry`;
}
