export * from "./stores.cjs";
