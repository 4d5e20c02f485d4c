// A server component.
import * as shardd from "shardd-wasm";
import { connection } from "next/server";
import { serverTale } from "../tale";

export default async function Page() {
  await connection();
  return <main>{await serverTale(shardd, "component")}</main>;
}
