// Joins the worker's wasm to the runtime: instantiated once for each isolate, before the first request.
import * as glue from "./relay_worker_bg.js";
import module from "./relay_worker_bg.wasm";

const instance = new WebAssembly.Instance(module, { "./relay_worker_bg.js": glue });
glue.__wbg_set_wasm(instance.exports);
instance.exports.__wbindgen_start?.();

export const { BucketObject, DeploymentObject, LogObject } = glue;
export default { fetch: glue.fetch };
