// Hosts core.wasm in a dedicated worker. The generated glue follows in the same file.
// In: {id, bytes}. Out: {id, bytes} for a reply, {event} for an event, {failed} when the core cannot start.
// Requests are answered one at a time, in their order. Events go to the other tabs of this origin too.

const others = new BroadcastChannel("tacit");

let last = (async () => {
  const options = { integrity: "{{core.wasm:integrity}}", credentials: "omit" };
  await __wbg_init({ module_or_path: WebAssembly.compileStreaming(fetch("/{{core.wasm}}", options)) });
  listen((event, here) => {
    others.postMessage(event);
    if (here) postMessage({ event });
  });
})();

addEventListener("message", ({ data: { id, bytes } }) => {
  last = last.then(async () => {
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
