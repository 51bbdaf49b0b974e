import { defineConfig } from "@playwright/test";

// Each worker has a relay of its own, so that what one test does to a relay is nothing to another that runs beside it.
const origins = (process.env.TACIT_ORIGIN ?? "http://localhost:8787").split(" ");

// Retries are off: a test that passes the second time is a defect of the test or of the app.
export default defineConfig({
  testDir: ".",
  retries: 0,
  workers: origins.length,
  // Two browsers, two relays and the derivation of keys share a machine that may be slow: time is nothing that is tested.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [["list"], ["./report.ts"]],
  outputDir: "../../target/e2e",
  use: {
    baseURL: origins[Number(process.env.TEST_PARALLEL_INDEX ?? 0)],
    viewport: { width: 1280, height: 800 },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
