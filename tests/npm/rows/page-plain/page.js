import * as shardd from "./node_modules/shardd-wasm/dist/index.js";
import { tellPage } from "./stage.mjs";

tellPage(shardd);
