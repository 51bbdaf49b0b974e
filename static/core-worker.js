// Hosts core.wasm in a dedicated worker. The generated glue follows in the same file.
// In: {id, bytes}. Out: {id, bytes} for a reply, {event} for an event, {failed} when the core cannot start.

const ready = (async () => {
  const options = { integrity: "{{core.wasm:integrity}}", credentials: "omit" };
  await __wbg_init({ module_or_path: WebAssembly.compileStreaming(fetch("/{{core.wasm}}", options)) });
  listen((event) => postMessage({ event }));
})();

addEventListener("message", async ({ data: { id, bytes } }) => {
  try {
    await ready;
    const reply = await handle(bytes);
    postMessage({ id, bytes: reply }, [reply.buffer]);
  } catch {
    postMessage({ failed: true });
  }
});
