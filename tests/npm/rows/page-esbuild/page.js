import { Shardd } from "shardd-wasm";

const edges = new URLSearchParams(location.search).get("edges").split(",");

try {
  const shardd = new Shardd("local", { edges });
  const { balance } = await shardd.credit("my-app", "user:alice", 500);
  document.body.textContent = `balance ${balance}`;
} catch (error) {
  document.body.textContent = `${error.name}: ${error.message}`;
}
