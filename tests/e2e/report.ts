// What was on the pages of a test that failed, beside the list of tests: where only the output is kept, nothing else tells it.
import { readFileSync } from "node:fs";
import type { Reporter, TestCase, TestResult } from "@playwright/test/reporter";

export default class implements Reporter {
  printsToStdio = () => false;

  onTestEnd({ title }: TestCase, { attachments }: TestResult): void {
    for (const { path } of attachments.filter(({ name, path }) => name === "error-context" && path)) {
      for (const [, shown] of readFileSync(path!, "utf8").matchAll(/^```yaml$(.*?)^```$/gms)) console.log(`${title}${shown}`);
    }
  }
}
