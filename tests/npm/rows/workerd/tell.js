import * as shardd from "shardd-wasm";
import { tale } from "./stage.mjs";

export default {
  async fetch(request) {
    return new Response(await tale(shardd, await request.json()));
  },
};
