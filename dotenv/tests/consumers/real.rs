//! The real consumers, each confined: an empty folder, an empty environment, an empty PATH.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};

/// The file that the commands of the generator create if anything executes them.
const CANARY: &str = "canary";

/// What a consumer makes of a text; nothing if it rejects it.
pub(crate) type Outcome = Option<BTreeMap<String, String>>;

const SETUP: &str = "run `cargo xtask test` or `sh dotenv/tests/consumers/setup.sh`";

/// The folder the consumers are installed in.
pub(crate) fn folder() -> PathBuf {
    let standard = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/consumers");
    let folder = std::env::var_os("TACIT_CONSUMERS").map_or(standard, PathBuf::from);
    folder.canonicalize().unwrap_or_else(|_| panic!("the consumers are not installed: {SETUP}"))
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/consumers")
}

/// The path of a program that the machine has.
fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("{name} is not installed: {SETUP}"))
}

fn installed(path: PathBuf) -> PathBuf {
    assert!(path.exists(), "{} is not installed: {SETUP}", path.display());
    path
}

/// An empty folder of this name.
pub(crate) fn empty(name: &str) -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let unique = format!("{name}-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(unique);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

fn confined(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", "").current_dir(folder).stderr(Stdio::null());
    command
}

/// Fails if a text was executed in `folder`.
fn assert_not_executed(folder: &Path) {
    assert!(!folder.join(CANARY).exists(), "a text was executed in {}", folder.display());
}

/// Asks a process in `folder` that answers each JSON line with one.
fn ask(mut command: Command, folder: &Path, texts: &[String]) -> Vec<Outcome> {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the consumer starts");
    let mut input = child.stdin.take().expect("it was piped");
    let lines: String =
        texts.iter().map(|text| serde_json::to_string(text).expect("a string") + "\n").collect();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let mut output = String::new();
    child.stdout.take().expect("it was piped").read_to_string(&mut output).expect("it answers in UTF-8");
    writer.join().expect("no panic").expect("it reads all");
    assert!(child.wait().expect("it ends").success());
    let answers: Vec<Outcome> =
        output.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(answers.len(), texts.len(), "one answer for each text");
    assert_not_executed(folder);
    answers
}

/// One of the readers of `node.js`.
pub(crate) fn node(reader: &str, texts: &[String]) -> Vec<Outcome> {
    installed(folder().join("node_modules/dotenv"));
    installed(folder().join("node_modules/dotenv-expand"));
    installed(folder().join("node_modules/dotenv-expand-1000"));
    let place = empty(reader);
    let mut command = confined(&program("node"), &place);
    command.arg(scripts().join("node.js")).arg(folder()).arg(reader);
    ask(command, &place, texts)
}

/// `node --env-file` itself, one process for each text.
pub(crate) fn node_env_file(texts: &[String]) -> Vec<Outcome> {
    let (node, folder) = (program("node"), empty("env-file"));
    let run = |text: &String| {
        fs::write(folder.join("file"), text).expect("a file can be written");
        let print = "const {PATH, ...rest} = process.env; process.stdout.write(JSON.stringify(rest))";
        let output =
            confined(&node, &folder).args(["--env-file=file", "-e", print]).output().expect("it starts");
        serde_json::from_slice(&output.stdout).ok()
    };
    let outcomes = texts.iter().map(run).collect();
    assert_not_executed(&folder);
    outcomes
}

/// `python-dotenv`.
pub(crate) fn python(texts: &[String]) -> Vec<Outcome> {
    let python = installed(folder().join("python/bin/python"));
    let place = empty("python");
    let mut command = confined(&python, &place);
    command.arg("-I").arg(scripts().join("python.py"));
    ask(command, &place, texts)
}

/// `godotenv`.
pub(crate) fn go(texts: &[String]) -> Vec<Outcome> {
    let place = empty("go");
    ask(confined(&installed(folder().join("godotenv")), &place), &place, texts)
}

/// Bash, restricted, one subshell for each text, none of which may execute anything. An outcome is missing if the
/// shell stopped in the middle.
pub(crate) fn bash(texts: &[String]) -> Vec<Outcome> {
    let folder = empty("bash");
    let outcomes = sourced(&folder, texts);
    assert_not_executed(&folder);
    let entries = fs::read_dir(&folder).expect("the folder is here").count();
    assert_eq!(entries, texts.len(), "nothing was created");
    outcomes
}

/// Whether sourcing a text creates the file that an executed text creates.
pub(crate) fn bash_executes(text: &str) -> bool {
    let folder = empty("bash-executes");
    sourced(&folder, &[text.to_owned()]);
    folder.join(CANARY).exists()
}

fn sourced(folder: &Path, texts: &[String]) -> Vec<Outcome> {
    for (index, text) in texts.iter().enumerate() {
        fs::write(folder.join(format!("f{index:06}")), text).expect("a file can be written");
    }
    let script = fs::read_to_string(scripts().join("bash.sh")).expect("the script is here");
    let mut command = confined(&program("bash"), folder);
    let output = command
        .args(["--noprofile", "--norc", "-r", "-c", &script])
        .stdin(Stdio::null())
        .output()
        .expect("bash starts");
    bash_outcomes(&String::from_utf8(output.stdout).expect("it answers in UTF-8"))
}

fn bash_outcomes(output: &str) -> Vec<Outcome> {
    let own = |name: &str| {
        ["BASH", "EPOCH", "COMP_"].iter().any(|prefix| name.starts_with(prefix))
            || ["DIRSTACK", "EUID", "LINENO", "_", "name"].contains(&name)
    };
    let mut outcomes = Vec::new();
    let mut pairs = BTreeMap::new();
    let mut fields = output.split('\0');
    while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
        if name.starts_with('\u{1}') {
            let whole = !pairs.is_empty();
            let mut pairs = std::mem::take(&mut pairs);
            pairs.retain(|name: &String, _| !own(name));
            outcomes.push(whole.then_some(pairs));
        } else {
            pairs.insert(name.to_owned(), value.to_owned());
        }
    }
    outcomes
}

/// systemd's reader, through its generator for users' environments, one process for each text.
///
/// The generator expands `$`, which `EnvironmentFile=` does not, so every `$` is doubled.
pub(crate) fn systemd(texts: &[String]) -> Vec<Outcome> {
    let path = "/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator";
    let generator = installed(PathBuf::from(path));
    let folder = empty("systemd");
    fs::create_dir(folder.join("environment.d")).expect("a folder can be made");
    let run = |text: &str| {
        fs::write(folder.join("environment.d/x.conf"), text.replace('$', "$$"))
            .expect("a file can be written");
        let output =
            confined(&generator, &folder).env("XDG_CONFIG_HOME", &folder).output().expect("it starts");
        systemd_pairs(&String::from_utf8(output.stdout).expect("it answers in UTF-8"))
    };
    let machine = run("");
    let own = |text: &String| {
        let mut pairs = run(text);
        // The generator unsets a variable where the unit's reader makes it empty.
        pairs.retain(|name, value| !machine.contains_key(name) && !value.is_empty());
        Some(pairs)
    };
    let outcomes = texts.iter().map(own).collect();
    assert_not_executed(&folder);
    outcomes
}

/// Reads `NAME=value` lines, in which the generator has quoted values for a shell.
fn systemd_pairs(output: &str) -> BTreeMap<String, String> {
    let mut pairs = BTreeMap::new();
    let mut rest = output;
    while let Some((name, after)) = rest.split_once('=') {
        let mut value = String::new();
        let mut letters = after.char_indices();
        let quoted = after.starts_with('"');
        if quoted {
            letters.next();
        }
        let mut end = after.len();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' if quoted => {
                    end = at + 2;
                    break;
                }
                '\n' if !quoted => {
                    end = at + 1;
                    break;
                }
                '\\' if quoted => {
                    let rest = after.get(at + 1..).unwrap_or_default();
                    let (meant, length) = systemd_escape(rest);
                    value.push(meant);
                    letters.nth(length - 1);
                }
                _ => value.push(letter),
            }
        }
        pairs.insert(name.to_owned(), value);
        rest = after.get(end..).unwrap_or_default();
    }
    pairs
}

/// What an escape of the generator's quoting means, and its length without the backslash.
fn systemd_escape(rest: &str) -> (char, usize) {
    let first = rest.chars().next().expect("something is escaped");
    if first.is_ascii_digit() {
        return (
            char::from(u8::from_str_radix(rest.get(..3).unwrap_or_default(), 8).expect("three octal digits")),
            3,
        );
    }
    let named = "a\u{7}b\u{8}f\u{c}n\nr\rt\tv\u{b}".chars().collect::<Vec<_>>();
    (named.chunks(2).find(|pair| pair[0] == first).map_or(first, |pair| pair[1]), 1)
}

/// The docker CLI against a daemon that only takes notes.
pub(crate) struct Docker {
    folder: PathBuf,
    program: PathBuf,
    environments: Receiver<Vec<String>>,
}

impl Docker {
    pub(crate) fn start() -> Self {
        let folder = empty("docker");
        let listener = UnixListener::bind(folder.join("socket")).expect("a socket can be bound");
        let (sender, environments) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sender = sender.clone();
                std::thread::spawn(move || {
                    answer(stream, &mut |environment| sender.send(environment).expect("the test listens"));
                });
            }
        });
        Self { folder, program: program("docker"), environments }
    }

    /// Reads many texts in one call; nothing if any is rejected.
    fn batch(&self, texts: &[String]) -> Option<Vec<Outcome>> {
        let mut command = confined(&self.program, &self.folder);
        let socket = self.folder.join("socket");
        command.env("HOME", &self.folder).arg("-H").arg(format!("unix://{}", socket.display())).arg("create");
        for (index, text) in texts.iter().enumerate() {
            let (mark, file) = (format!("m{index}"), format!("f{index}"));
            fs::write(self.folder.join(&mark), format!("MARK={index}\n")).expect("a file can be written");
            fs::write(self.folder.join(&file), text).expect("a file can be written");
            command.args(["--env-file", &mark, "--env-file", &file]);
        }
        let created = command.arg("image").output().expect("docker starts").status.success();
        created.then(|| split_marks(&self.environments.recv().expect("the daemon took notes")))
    }

    /// Reads the texts; those that are expected to be rejected, each in a call of its own.
    pub(crate) fn read(&self, texts: &[String], rejected: &[bool]) -> Vec<Outcome> {
        let mut outcomes = vec![None; texts.len()];
        let indices: Vec<usize> = (0..texts.len()).filter(|index| !rejected[*index]).collect();
        for chunk in indices.chunks(200) {
            let batch: Vec<String> = chunk.iter().map(|index| texts[*index].clone()).collect();
            let found = self.batch(&batch).unwrap_or_else(|| self.one_by_one(&batch));
            for (index, outcome) in chunk.iter().zip(found) {
                outcomes[*index] = outcome;
            }
        }
        for index in (0..texts.len()).filter(|index| rejected[*index]) {
            outcomes[index] = self.one_by_one(&texts[index..=index]).remove(0);
        }
        assert_not_executed(&self.folder);
        outcomes
    }

    fn one_by_one(&self, texts: &[String]) -> Vec<Outcome> {
        texts.iter().map(|text| self.batch(std::slice::from_ref(text))?.remove(0)).collect()
    }
}

fn split_marks(environment: &[String]) -> Vec<Outcome> {
    let mut outcomes: Vec<Outcome> = Vec::new();
    for entry in environment {
        let (name, value) = entry.split_once('=').expect("every entry has a value");
        if name == "MARK" && value.bytes().all(|byte| byte.is_ascii_digit()) {
            outcomes.push(Some(BTreeMap::new()));
        } else if let Some(Some(pairs)) = outcomes.last_mut() {
            pairs.insert(name.to_owned(), value.to_owned());
        }
    }
    outcomes
}

/// Answers one connection as a daemon that has every image, and hands on the environments of new containers.
fn answer(mut stream: UnixStream, note: &mut impl FnMut(Vec<String>)) {
    let mut buffer = Vec::new();
    let mut chunk = [0; 1 << 16];
    while let Ok(length @ 1..) = stream.read(&mut chunk) {
        buffer.extend_from_slice(&chunk[..length]);
        while let Some((request, body, end)) = message(&buffer) {
            let reply = if request.contains("/containers/create") {
                let body: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
                note(serde_json::from_value(body["Env"].clone()).expect("a list of strings"));
                "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 26\r\n\r\n{\"Id\":\"none\",\"Warnings\":[]}"
            } else {
                "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nOK"
            };
            let reply = reply.replace("Content-Length: 26", "Content-Length: 27");
            stream.write_all(reply.as_bytes()).expect("the client listens");
            buffer.drain(..end);
        }
    }
}

/// The first whole request in `buffer`: its line, its body and its length.
fn message(buffer: &[u8]) -> Option<(String, Vec<u8>, usize)> {
    let head_end = buffer.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&buffer[..head_end]).into_owned();
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(0, |(_, value)| value.trim().parse().expect("a number"));
    let body = buffer.get(head_end..head_end + length)?.to_vec();
    Some((head.lines().next().unwrap_or_default().to_owned(), body, head_end + length))
}
