// The wasm as a file of its own.
import * as shardd from "shardd-wasm/slim";
import url from "shardd-wasm/wasm?url";
import { tellPage } from "../stage.mjs";

await shardd.init(fetch(url));
tellPage(shardd);
