// Hosts core.wasm in a dedicated worker, with acts.wasm as its second part, and beside it files.wasm. The generated glue of
// all is in the same file.
// In: {id, bytes}, or {stop} to call off the long work being done. Out: {id, bytes} for a reply, {event} for an event,
// {failed} when the core cannot start or has stopped.
// Requests are answered one at a time, in their order. Events go to the other tabs of this origin too.

const others = new BroadcastChannel("tacit");

/** How long an answer may take to begin, in milliseconds, and how often it is asked for. */
const [PATIENCE, TRIES] = [10000, 3];

/** A file of the app, asked for again where no answer begins: now and then one stays away. */
async function file(path, integrity) {
  for (let left = TRIES; ; left -= 1) {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), PATIENCE);
    try {
      return await fetch(path, { integrity, credentials: "omit", signal: late.signal });
    } catch (error) {
      if (left === 1) throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

const compiled = (path, integrity) => WebAssembly.compileStreaming(file(path, integrity));

let files;

/** One answer of the engine of files, by an instance whose memory is overwritten afterwards; undefined if it cannot be loaded. */
async function askFiles(request) {
  try {
    files ??= await compiled("/{{files.wasm}}", "{{files.wasm:integrity}}");
  } catch {
    return undefined;
  }
  const program = filesProgram();
  const { memory } = program.initSync({ module: files });
  try {
    return program.answer(request);
  } finally {
    request.fill(0);
    new Uint8Array(memory.buffer).fill(0);
  }
}

/** What the protocol lets an answer be, in bytes. */
const LARGEST = 6 * 1024 * 1024;

/** The body of a response, unless it is longer than one may be. */
async function body(response) {
  const [chunks, reader] = [[], response.body.getReader()];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(chunks).arrayBuffer());
    length += value.length;
    if (length > LARGEST) return reader.cancel();
    chunks.push(value);
  }
}

/** One round trip to the relay that served the app; undefined where it does not answer in time. */
async function askRelay(method, target, authorization, sent) {
  const headers = sent ? { "Content-Type": "application/octet-stream" } : {};
  if (authorization) headers.Authorization = authorization;
  try {
    const options = { method, headers, body: sent, credentials: "omit", cache: "no-store", redirect: "error", signal: AbortSignal.timeout(15000) };
    return await body(await fetch(target, options));
  } catch {
    return undefined;
  }
}

let stopped = false;

/** Lets messages be heard that came during long work; a promise of whether to go on with it. */
const breathe = () =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(!stopped);
    };
    port2.postMessage(null);
  });

let last = (async () => {
  await __wbg_init({ module_or_path: compiled("/{{core.wasm}}", "{{core.wasm:integrity}}") });
  reach_files(askFiles);
  reach_relay(location.origin, askRelay);
  breathe_by(breathe);
  listen((event, toOthers, here) => {
    if (toOthers) others.postMessage(event);
    if (here) postMessage({ event });
  });
})();

addEventListener("message", ({ data: { id, bytes, stop } }) => {
  if (stop) {
    stopped = true;
    return;
  }
  last = last.then(async () => {
    stopped = false;
    const reply = await handle(bytes);
    postMessage({ id, bytes: reply }, [reply.buffer]);
  });
  last.catch(() => postMessage({ failed: true }));
});

others.addEventListener("message", ({ data }) => {
  last = last.then(() => {
    hear(data);
    postMessage({ event: data });
  });
});
