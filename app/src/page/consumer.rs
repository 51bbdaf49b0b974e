//! The readers and writers of environment files, by the names that the core knows and the words on screen.

/// Who reads `.env` files: (id, text).
pub(super) const READERS: [(&str, &str); 13] = [
    ("node", "Node (dotenv)"),
    ("node-expand", "Node (dotenv-expand)"),
    ("node-native", "Node (--env-file)"),
    ("python", "Python (python-dotenv)"),
    ("docker", "Docker (--env-file)"),
    ("compose", "Docker Compose"),
    ("bash", "Bash (source)"),
    ("systemd", "systemd"),
    ("ruby", "Ruby (dotenv)"),
    ("go", "Go (godotenv)"),
    ("json", "JSON"),
    ("yaml", "YAML"),
    ("csv", "CSV"),
];

/// What an environment can be written for: (id, text).
pub(super) const WRITERS: [(&str, &str); 19] = [
    ("node", "Node (dotenv)"),
    ("node-expand", "Node (dotenv-expand)"),
    ("node-native", "Node (--env-file)"),
    ("python", "Python (python-dotenv)"),
    ("docker", "Docker (--env-file)"),
    ("compose", "Docker Compose"),
    ("bash", "Bash (source)"),
    ("systemd", "systemd"),
    ("ruby", "Ruby (dotenv)"),
    ("go", "Go (godotenv)"),
    ("json", "JSON"),
    ("kubernetes", "Kubernetes Secret"),
    ("gh", "GitHub (gh secret set)"),
    ("wrangler", "Cloudflare (wrangler)"),
    ("fly", "Fly (secrets import)"),
    ("vercel", "Vercel (vercel env add)"),
    ("heroku", "Heroku (config:set)"),
    ("netlify", "Netlify (env:import)"),
    ("shell", "Shell (export lines)"),
];

/// As options of a select.
pub(super) fn options(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect()
}

/// A consumer's words; its id where there are none.
pub(super) fn words(id: &str) -> &str {
    let known = READERS.iter().chain(&WRITERS).find(|(known, _)| *known == id);
    known.map_or(id, |(_, text)| *text)
}
