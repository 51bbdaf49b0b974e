// An environment out of the panel: as text, as a file, and as a command for a provider's own program, which is run here by a
// real shell with a stand-in for that program.
import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { install } from "./extension";
import { folder } from "./profile";
import { accessible, clipboard, drop, expect, grid, make, messages, test } from "./tacit";

/** What a stand-in for `program` is given by a command that is pasted into a shell: its arguments, and its standard input. */
async function pasted(program: string, command: string): Promise<{ words: string[]; input: string }> {
  const bin = await mkdtemp(join(tmpdir(), "tacit-bin-"));
  const log = (name: string) => join(bin, name);
  await writeFile(log(program), `#!/bin/sh\nprintf '%s\\0' "$@" >'${log("words")}'\n/bin/cat >'${log("input")}'\n`);
  await chmod(log(program), 0o755);
  const running = promisify(execFile)("/bin/bash", ["-c", command], { env: { PATH: bin } });
  running.child.stdin!.end();
  await running;
  const [words, input] = await Promise.all(["words", "input"].map((name) => readFile(log(name), "utf8")));
  await rm(bin, { recursive: true });
  return { words: words!.split("\0").slice(0, -1), input: input! };
}

test("the panel gives an environment as text, as a file, and as a command that a shell takes whole", async ({ watched }) => {
  test.setTimeout(120_000);
  const { context, origin } = await install(await folder(), watched);
  const page = await context.newPage();
  await page.setViewportSize({ width: 320, height: 720 });
  await make(page, /^Make a vault/, `${origin}/panel.html`);
  const hard = "$HOME `id` !! \\ \"x\"";
  await drop(page, [{ name: "shop.env", text: `PLAIN="it's fake"\nHARD='${hard}'\n` }]);
  await page.getByRole("button", { name: "Import 2 keys" }).click();
  await expect(grid(page)).toBeVisible();
  await page.getByRole("button", { name: "Export" }).click();
  const consumer = page.getByRole("combobox", { name: "Written for" });
  const written = page.getByRole("region", { name: "What will be written" });
  const command = written.getByRole("button", { name: "Copy as a command" });
  await expect(written).toContainText("PLAIN");
  await expect(command, "Node has no program that takes it").toHaveCount(0);

  await consumer.selectOption({ label: "GitHub (gh secret set)" });
  await command.click();
  await expect(messages(page)).toContainText("The command");
  const gh = await clipboard(page);
  expect(gh, "many shells keep it out of their history").toMatch(/^ printf /);
  await written.getByRole("checkbox", { name: "Show values" }).check();
  const text = await written.getByText(/^PLAIN=/).textContent();
  expect(await pasted("gh", gh)).toEqual({ words: ["secret", "set", "-f", "-"], input: text });
  await written.getByRole("checkbox", { name: "Show values" }).uncheck();
  await accessible(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);

  await consumer.selectOption({ label: "Heroku (config:set)" });
  await expect(written).toContainText("values as arguments alone");
  await expect(written.getByText("HARD=")).not.toContainText("HOME");
  await written.getByRole("button", { name: "Copy", exact: true }).click();
  await expect(messages(page)).toContainText("The text");
  const { words } = await pasted("heroku", await clipboard(page));
  expect(words).toEqual(["config:set", "PLAIN=it's fake", `HARD=${hard}`]);

  await consumer.selectOption({ label: "Node (dotenv)" });
  await expect(written.getByText("HARD=")).toBeVisible();
  const download = page.waitForEvent("download");
  await written.getByRole("button", { name: "Download" }).click();
  const name = (await download).suggestedFilename();
  expect(name, "no browser keeps the name .env").toBe("my-project.dev.env");
  await expect(messages(page)).toContainText(`${name} `);
  await expect(messages(page)).toContainText("A browser saves no file as .env: rename it to that where it is used.");
  await context.close();
});
