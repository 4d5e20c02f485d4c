// Answers of another make: bodies of every kind that a fetch gives, and what servers a little older or newer say.
export const manifest = { type: "module" };

export async function run(project) {
  for (const script of ["bodies.js", "servers.js", "unsent.js"]) await project.node(script);
  return `Node ${process.versions.node}`;
}
