// For `node --import ./flow.js`: a script that knows nothing of it lives in virtual time, which goes on by itself.
import { flow } from "./time.js";

flow();
