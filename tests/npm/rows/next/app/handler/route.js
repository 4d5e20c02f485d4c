// A route handler in Node.
import * as shardd from "shardd-wasm";
import { serverTale } from "../tale";

export const dynamic = "force-dynamic";

export async function GET() {
  return new Response(await serverTale(shardd, "handler"));
}
