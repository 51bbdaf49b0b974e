//! Files in and out of the page.

use crate::object::{call, field, object, settled};
use desk::{Hidden, Refusal, SourceFile};
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, Url};

/// The most bytes that are read of an imported file.
const MOST: f64 = 5.0 * 1024.0 * 1024.0;

/// Reads files to import.
///
/// # Errors
/// The first one that is too large, or that the browser cannot read.
pub async fn read_sources(files: Vec<File>) -> Result<Vec<SourceFile>, Refusal> {
    let mut sources = Vec::new();
    for file in files {
        sources.push(read_source(&file).await?);
    }
    Ok(sources)
}

async fn read_source(file: &File) -> Result<SourceFile, Refusal> {
    if file.size() > MOST {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a file's size is a whole number"
        )]
        return Err(Refusal::FileTooLarge { name: file.name(), bytes: file.size() as u64 });
    }
    Ok(SourceFile { name: file.name(), bytes: read(file).await? })
}

/// A file's bytes.
///
/// # Errors
/// The browser cannot read it: a folder, or a file that is gone.
pub async fn read(file: &File) -> Result<Vec<u8>, Refusal> {
    let buffer = JsFuture::from(file.array_buffer()).await;
    let unreadable =
        |_| Refusal::Unreadable { name: file.name(), reason: "The browser cannot open it.".into() };
    Ok(Uint8Array::new(&buffer.map_err(unreadable)?).to_vec())
}

/// Gives a file to the browser's downloads.
pub fn download(name: &str, bytes: &[u8]) -> Option<()> {
    let options = BlobPropertyBag::new();
    options.set_type("application/octet-stream");
    let parts = Array::of1(&Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    let url = Url::create_object_url_with_blob(&blob).ok()?;
    let anchor = document().create_element("a").ok()?.dyn_into::<HtmlAnchorElement>().ok()?;
    anchor.set_href(&url);
    anchor.set_download(name);
    anchor.click();
    // The download holds its own reference once it was started.
    set_timeout(move || drop(Url::revoke_object_url(&url)), std::time::Duration::from_secs(60));
    Some(())
}

/// Whether this browser can write into a folder.
pub fn can_save_to_folder() -> bool {
    field(&window(), "showDirectoryPicker").is_some()
}

/// Writes a file into a folder that the person picks. Answers whether the `.gitignore` there keeps it out of git.
///
/// # Errors
/// The picker was closed, or the folder cannot be written to.
pub async fn save_to_folder(name: &str, text: &Hidden) -> Result<bool, JsValue> {
    let folder = ask(&window().into(), "showDirectoryPicker", &[&mode()]).await?;
    let ignored = ignores(&folder, name).await;
    let file = ask(&folder, "getFileHandle", &[&name.into(), &create()]).await?;
    let writable = ask(&file, "createWritable", &[]).await?;
    ask(&writable, "write", &[&text.expose().into()]).await?;
    ask(&writable, "close", &[]).await?;
    Ok(ignored)
}

/// Whether the folder's `.gitignore` names the file, a pattern for all such files, or nothing is there to tell.
async fn ignores(folder: &JsValue, name: &str) -> bool {
    let Ok(handle) = ask(folder, "getFileHandle", &[&".gitignore".into()]).await else { return false };
    let Ok(file) = ask(&handle, "getFile", &[]).await else { return false };
    let Ok(text) = ask(&file, "text", &[]).await else { return false };
    let text = text.as_string().unwrap_or_default();
    text.lines().map(|line| line.trim().trim_start_matches('/')).any(|line| {
        line == name || line.strip_suffix('*').is_some_and(|stem| !stem.is_empty() && name.starts_with(stem))
    })
}

async fn ask(object: &JsValue, method: &str, arguments: &[&JsValue]) -> Result<JsValue, JsValue> {
    settled(call(object, method, arguments)?).await
}

fn mode() -> JsValue {
    object(&[("mode", &"readwrite".into())])
}

fn create() -> JsValue {
    object(&[("create", &JsValue::TRUE)])
}
