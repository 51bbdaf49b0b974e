// Runs before anything else on the page: installs the one Trusted Types policy, then starts the view.
// The generated glue of app.wasm follows in the same file, so one integrity hash covers both.

const workers = new Set(["/{{core.js}}", "/sw.js"].map((path) => location.origin + path));
const markup = /<\s*(script|iframe|object|embed|base|link|meta|style|svg:script)|\son\w+\s*=|javascript:|srcdoc/i;

if (globalThis.trustedTypes) {
  trustedTypes.createPolicy("default", {
    // Leptos writes its compiled, constant templates through <template>.innerHTML.
    createHTML(text) {
      if (markup.test(text)) throw new TypeError("markup refused");
      return text;
    },
    createScriptURL(url) {
      const whole = new URL(url, location.href).href;
      if (!workers.has(whole)) throw new TypeError("script refused");
      return whole;
    },
    createScript() {
      throw new TypeError("script text refused");
    },
  });
}

function fail(sentence) {
  const message = document.getElementById("boot-message");
  message.setAttribute("role", "alert");
  message.textContent = sentence;
}

async function boot() {
  if (typeof WebAssembly !== "object") {
    fail("This browser does not run WebAssembly, which Tacit needs. Leave lockdown mode or use another browser.");
    return;
  }
  // Where the core lies is the view's one parameter.
  globalThis.tacitCore = "/{{core.js}}";
  try {
    const options = { integrity: "{{app.wasm:integrity}}", credentials: "omit" };
    await __wbg_init({ module_or_path: WebAssembly.compileStreaming(fetch("/{{app.wasm}}", options)) });
    document.getElementById("boot")?.remove();
    // An extension's pages come from its package, and are there without a network anyway.
    if (location.protocol.startsWith("http")) navigator.serviceWorker?.register("/sw.js", { updateViaCache: "none" }).catch(() => {});
  } catch {
    fail("Tacit could not be loaded whole. Check the connection and reload; what is stored here is untouched.");
  }
}
boot();
