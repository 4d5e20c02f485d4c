// The wasm as a file of its own.
import * as shardd from "shardd-wasm/slim";
import { tellPage } from "./stage.mjs";

await shardd.init(fetch(new URL("shardd-wasm/wasm", import.meta.url)));
tellPage(shardd);
