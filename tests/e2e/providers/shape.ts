// The shape of a provider's page: what docs and public scripts say of its form, apart from what its profile says.

/** What a page is made with. */
export type Made = "plain" | "react" | "vue" | "codemirror";

export interface Field {
  part: "name" | "value" | "text";
  label: string;
  /** Where the label is. */
  by: "label" | "aria" | "placeholder";
  element: "input" | "password" | "textarea" | "editor";
  name?: string;
  placeholder?: string;
  /** Whether it lies deeper than its neighbour. */
  deep?: boolean;
}

export interface Form {
  title: string;
  fields: Field[];
  rows?: number;
  /** The button that makes another row. */
  add?: string;
  /** The button that sends it. */
  send: string;
}

export interface Shape {
  made: Made;
  forms: Form[];
}

export interface Page {
  /** The id of the profile that must be found for it. */
  provider: string;
  url: string;
  how: "bulk" | "rows" | "single";
  made: Made[];
  form: Form;
  /** What its policy has beside the scripts of its own origin. */
  policy?: string;
}

const label = (part: Field["part"], label: string, element: Field["element"] = "input", more: Partial<Field> = {}): Field => ({ part, label, by: "label", element, ...more });
const aria = (part: Field["part"], label: string, element: Field["element"] = "input", more: Partial<Field> = {}): Field => ({ part, label, by: "aria", element, ...more });
const hint = (part: Field["part"], text: string, element: Field["element"] = "input"): Field => ({ part, label: text, by: "placeholder", element, placeholder: text });

/** With and without a library, and where a value has lines, in an editor too. */
const BOXES: Made[] = ["plain", "react", "vue"];
const EDITORS: Made[] = [...BOXES, "codemirror"];
const TYPES = "require-trusted-types-for 'script'";

export const PAGES: Page[] = [
  { provider: "vercel", url: "https://vercel.com/acme/shop/settings/environment-variables", how: "rows", made: BOXES, form: { title: "Environment Variables", fields: [label("name", "Key", "input", { name: "key", placeholder: "CLIENT_KEY" }), label("value", "Value", "textarea", { name: "value" })], rows: 1, add: "Add Another", send: "Save" } },
  { provider: "netlify", url: "https://app.netlify.com/sites/shop/configuration/env", how: "bulk", made: BOXES, form: { title: "Import environment variables", fields: [label("text", "Contents of .env file", "textarea")], send: "Import variables" } },
  { provider: "netlify", url: "https://app.netlify.com/projects/blog/configuration/env", how: "single", made: BOXES, form: { title: "Add a variable", fields: [label("name", "Key:", "input", { name: "key" }), label("value", "Value", "textarea", { name: "value" })], send: "Create variable" } },
  { provider: "github", url: "https://github.com/acme/shop/settings/secrets/actions/new", how: "single", made: BOXES, policy: TYPES, form: { title: "Actions secrets / New secret", fields: [label("name", "Name *", "input", { name: "secret_name", placeholder: "YOUR_SECRET_NAME" }), label("value", "Secret *", "textarea", { name: "secret_value" })], send: "Add secret" } },
  { provider: "gitlab", url: "https://gitlab.com/acme/web/shop/-/settings/ci_cd", how: "single", made: BOXES, form: { title: "Add variable", fields: [label("name", "Key"), label("value", "Value", "textarea")], send: "Add variable" } },
  { provider: "bitbucket", url: "https://bitbucket.org/acme/shop/admin/pipelines/repository-variables", how: "single", made: BOXES, form: { title: "Repository variables", fields: [aria("name", "Name", "input", { placeholder: "Name" }), aria("value", "Value", "input", { placeholder: "Value" })], send: "Add" } },
  { provider: "cloudflare", url: "https://dash.cloudflare.com/0a1b/workers/services/view/shop/production/settings", how: "rows", made: BOXES, form: { title: "Variables and Secrets", fields: [label("name", "Variable name", "input", { name: "variables.#.name" }), label("value", "Value", "textarea", { name: "variables.#.value" })], rows: 1, add: "Add variable", send: "Deploy" } },
  { provider: "heroku", url: "https://dashboard.heroku.com/apps/shop/settings", how: "single", made: BOXES, form: { title: "Config Vars", fields: [hint("name", "KEY"), hint("value", "VALUE")], send: "Add" } },
  { provider: "railway", url: "https://railway.com/project/0a1b/service/2c3d/variables?environmentId=4e5f", how: "single", made: BOXES, form: { title: "New Variable", fields: [hint("name", "VARIABLE_NAME"), hint("value", "VALUE or ${{REF}}", "textarea")], send: "Add" } },
  { provider: "render", url: "https://dashboard.render.com/web/srv-0a1b/env", how: "bulk", made: EDITORS, form: { title: "Environment", fields: [label("text", "Add from .env", "textarea")], send: "Add Variables" } },
  { provider: "render", url: "https://dashboard.render.com/env-group/evg-0a1b", how: "rows", made: BOXES, form: { title: "Environment", fields: [aria("name", "Key", "input", { name: "key", placeholder: "NAME_OF_VARIABLE" }), aria("value", "Value", "textarea", { name: "value" })], rows: 1, add: "Add Environment Variable", send: "Save Changes" } },
  { provider: "fly", url: "https://fly.io/apps/shop/secrets", how: "single", made: BOXES, form: { title: "New secret", fields: [label("name", "Name"), label("value", "Secret", "password")], send: "Set secret" } },
  { provider: "supabase", url: "https://supabase.com/dashboard/project/abcdef/functions/secrets", how: "rows", made: BOXES, form: { title: "Add new secrets", fields: [label("name", "Key", "input", { placeholder: "e.g. CLIENT_KEY" }), label("value", "Value", "textarea")], rows: 1, add: "Add another", send: "Save" } },
  { provider: "digitalocean", url: "https://cloud.digitalocean.com/apps/0a1b/settings", how: "bulk", made: EDITORS, form: { title: "Environment Variables", fields: [label("text", "Bulk Editor", "editor")], send: "Save" } },
  { provider: "circleci", url: "https://app.circleci.com/settings/project/github/acme/shop/environment-variables", how: "single", made: BOXES, form: { title: "Add Environment Variable", fields: [label("name", "Name *"), label("value", "Value *")], send: "Add Environment Variable" } },
  { provider: "aws-lambda", url: "https://eu-central-1.console.aws.amazon.com/lambda/home?region=eu-central-1#/functions/shop/edit/environment-variables", how: "rows", made: BOXES, form: { title: "Edit environment variables", fields: [label("name", "Key"), label("value", "Value")], rows: 2, add: "Add environment variable", send: "Save" } },
  { provider: "deno-deploy", url: "https://dash.deno.com/projects/shop/settings", how: "rows", made: BOXES, form: { title: "Environment Variables", fields: [aria("name", "Key", "input", { placeholder: "KEY" }), aria("value", "Value", "password", { placeholder: "VALUE" })], rows: 1, add: "Add Variable", send: "Save" } },
  { provider: "convex", url: "https://dashboard.convex.dev/t/acme/shop/happy-otter-123/settings/environment-variables", how: "rows", made: BOXES, form: { title: "Environment Variables", fields: [label("name", "Name"), label("value", "Value", "textarea")], rows: 1, add: "Add", send: "Save All" } },
  { provider: "terraform", url: "https://app.terraform.io/app/acme/workspaces/shop/variables", how: "single", made: BOXES, form: { title: "Workspace variables", fields: [label("name", "Key", "input", { placeholder: "key" }), label("value", "Value", "textarea", { placeholder: "value" })], send: "Add variable" } },
  { provider: "google-secret-manager", url: "https://console.cloud.google.com/security/secret-manager/create?project=shop", how: "single", made: EDITORS, policy: TYPES, form: { title: "Create secret", fields: [label("name", "Name *"), label("value", "Secret value", "textarea")], send: "Create secret" } },
];

/** The form with its first field elsewhere: behind the other, deeper, and after fields that mean something else. */
export function moved(form: Form): Form[] {
  const [first, ...others] = form.fields;
  const search: Form = { title: "Search", fields: [label("text", "Search", "input", { placeholder: "Search" })], send: "Search" };
  return [search, { ...form, fields: [...others, { ...first!, deep: true }] }];
}

/** The form with another label on its last field. */
export function renamed(form: Form): Form[] {
  const others = form.fields.slice(0, -1);
  const last = form.fields.at(-1)!;
  const placeholder = last.by === "placeholder" ? "Contents" : last.placeholder;
  return [{ ...form, fields: [...others, { ...last, label: "Contents", placeholder }] }];
}

/** The form, and before it another that looks the same. */
export function decoy(form: Form): Form[] {
  return [{ ...form, title: "Notes" }, form];
}
