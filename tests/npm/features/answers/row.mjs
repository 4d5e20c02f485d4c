// Answers of another make: bodies of every kind that a fetch gives, what is no answer at all, and what servers a little older or newer say.
export const manifest = { type: "module" };

export async function run(project) {
  for (const script of ["bodies.js", "wrong.js", "servers.js", "unsent.js"]) await project.node(script);
  return `Node ${process.versions.node}`;
}
