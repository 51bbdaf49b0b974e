// Hosts core.wasm in a dedicated worker, with acts.wasm as its second part, and beside it files.wasm and codes.wasm. The
// generated glue of all is in the same file.
// In: {id, bytes}, or {stop} to call off the long work being done. Out: {id, bytes} for a reply, {event} for an event,
// {failed} when the core cannot start or has stopped.
// Requests are answered one at a time, in their order, and so are the relay's frames. Events go to the other tabs of this
// origin too.

const tabs = new BroadcastChannel("tacit");

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

/** Asks an engine: each answer is by an instance whose memory is overwritten afterwards; undefined if it cannot be loaded. */
function engine(make, path, integrity) {
  let module;
  return async (request) => {
    try {
      module ??= await compiled(path, integrity);
    } catch {
      return undefined;
    }
    const program = make();
    const { memory } = program.initSync({ module });
    try {
      return program.answer(request);
    } finally {
      request.fill(0);
      new Uint8Array(memory.buffer).fill(0);
    }
  };
}

const askFiles = engine(filesProgram, "/{{files.wasm}}", "{{files.wasm:integrity}}");
const askCodes = engine(codesProgram, "/{{codes.wasm}}", "{{codes.wasm:integrity}}");

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

/** One round trip to a relay; undefined where it does not answer in time, or something that stands before it does. */
async function askRelay(origin, method, target, authorization, sent) {
  const headers = sent ? { "Content-Type": "application/octet-stream" } : {};
  if (authorization) headers.Authorization = authorization;
  try {
    const options = { method, headers, body: sent, credentials: "omit", cache: "no-store", redirect: "error", signal: AbortSignal.timeout(15000) };
    const response = await fetch(origin + target, options);
    const type = target === "/v1/health" ? "application/json" : "application/octet-stream";
    return response.headers.get("Content-Type") === type ? await body(response) : undefined;
  } catch {
    return undefined;
  }
}

/** The relay that served the app; a package of the extension came from none. */
const SERVED = /^https?:/.test(location.protocol) ? location.origin : undefined;

let others;

/** The origins of the relays that the app may reach beside the one that served it, as that tells; undefined where it does not. */
async function otherRelays() {
  if (!SERVED) return [];
  try {
    others ??= (await (await fetch("/v1/health", { credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(15000) })).json()).relays ?? [];
  } catch {
    // It is asked again the next time.
  }
  return others;
}

/** How the sockets are kept, in milliseconds: how often each is tried, how long it may be silent after that, and how long it
 * is waited before another is opened, first and at most. */
const [PING, SILENCE, FIRST, LONGEST] = [30000, 10000, 1000, 300000];
/** Longer than any frame of the protocol: it is not taken in. */
const FRAME = 128 * 1024;
/** What a relay closes a socket with that it does not answer. */
const UNKNOWN = 4404;

/** The sockets at the relay: of the account's log, and of the vault's. */
let lines = [];
let isAttended = false;

/** A socket at `target`, an address, and another whenever it ends. */
class Line {
  constructor(target, isVault) {
    Object.assign(this, { target, isVault, isProven: false, wait: FIRST });
    this.open();
  }

  open() {
    clearTimeout(this.timer);
    this.isForGood = false;
    const socket = (this.socket = new WebSocket(this.target, "tacit.v1"));
    socket.binaryType = "arraybuffer";
    socket.onopen = () => (this.timer = setInterval(() => this.ping(), PING));
    socket.onclose = ({ code }) => this.end(code === UNKNOWN);
    socket.onmessage = ({ data }) => {
      if (data.byteLength > FRAME) return this.end();
      clearTimeout(this.silence);
      if (typeof data !== "string") next(() => this.hear(socket, new Uint8Array(data)));
    };
  }

  async hear(socket, frame) {
    const heard = await hear_relay(this.isVault, frame, Date.now());
    if (socket !== this.socket || !heard) return;
    if (heard !== true) return socket.send(heard);
    [this.isProven, this.wait] = [true, FIRST];
    attend();
  }

  ping() {
    this.socket.send("ping");
    this.silence = setTimeout(() => this.end(), SILENCE);
  }

  /** It is over: for good, where the relay does not know this device. */
  end(isForGood) {
    clearTimeout(this.silence);
    clearInterval(this.timer);
    this.socket.onclose = this.socket.onmessage = null;
    this.socket.close();
    this.ended?.();
    [this.socket, this.isProven, this.isForGood] = [undefined, false, isForGood];
    if (!isForGood) this.timer = setTimeout(() => this.open(), this.wait * (1 - Math.random() / 2));
    this.wait = Math.min(2 * this.wait, LONGEST);
    attend();
  }

  leave() {
    if (this.socket) this.end();
    clearTimeout(this.timer);
  }
}

/** Tells whether the relay tells of everything new. */
function attend() {
  const isSo = lines.length > 0 && lines.every((line) => line.isProven);
  if (isSo !== isAttended) attended((isAttended = isSo));
}

/** Keeps sockets at these targets of a relay, which has just answered, and at no others. */
function keepSockets(origin, ...paths) {
  const targets = paths.map((path) => origin.replace("http", "ws") + path);
  if (String(targets) === String(lines.map((line) => line.target))) return lines.filter((line) => line.isForGood).forEach((line) => line.open());
  lines.forEach((line) => line.leave());
  lines = targets.map((target, index) => new Line(target, index === 1));
  attend();
}

addEventListener("online", () => lines.filter((line) => !line.socket && !line.isForGood).forEach((line) => line.open()));

/** Until when the worker is needed still: what was said last is on its way. */
let farewell;

/** Says the last thing on the account's socket; the relay closes it once it is handed on. */
function say(frame) {
  const [line] = lines;
  if (!line?.isProven) return;
  line.socket.send(frame);
  farewell = new Promise((resolve) => {
    line.ended = resolve;
    setTimeout(resolve, 500);
  });
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
  reach_engines(askFiles, askCodes);
  reach_relay(SERVED, otherRelays, askRelay, keepSockets, say);
  breathe_by(breathe);
  listen((event, toOthers, here) => {
    if (toOthers) tabs.postMessage(event);
    if (here) postMessage({ event });
  });
})();

/** Does one thing after the other. */
function next(work) {
  last = last.then(work);
  last.catch(() => postMessage({ failed: true }));
}

addEventListener("message", ({ data: { id, bytes, stop } }) => {
  if (stop) {
    stopped = true;
    return;
  }
  next(async () => {
    stopped = false;
    const before = farewell;
    const reply = await handle(bytes);
    await before;
    postMessage({ id, bytes: reply }, [reply.buffer]);
  });
});

tabs.addEventListener("message", ({ data }) => {
  last = last.then(() => {
    hear(data);
    postMessage({ event: data });
  });
});
