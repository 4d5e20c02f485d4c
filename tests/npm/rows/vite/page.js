import * as shardd from "shardd-wasm";
import { tellPage } from "./stage.mjs";

tellPage(shardd);
