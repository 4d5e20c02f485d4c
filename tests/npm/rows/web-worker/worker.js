import * as shardd from "shardd-wasm";
import { tellWorker } from "./stage.mjs";

tellWorker(shardd);
