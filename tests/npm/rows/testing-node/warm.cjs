// Node loads what fetch is made of when it is first used. On a slow machine that takes longer than a probe may, and the
// examples are about regions that are far away, not about a client that is slow to start.
new Request("https://local-1.shardd.test", { method: "POST", body: "{}" }).arrayBuffer();
new Response("{}").arrayBuffer();
