//! Pictures for the core to look at: of the camera, and of files.

use crate::object::{call, field, object, settled};
use desk::Picture;
use js_sys::{Array, Reflect, Uint8ClampedArray};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::File;
use zeroize::Zeroize;

/// Pixels of a picture's longer side, at most: a code that fills a third of it is read.
const LONGEST: f64 = 1600.0;

/// The camera as long as it is held.
#[derive(Debug)]
pub(crate) struct Camera(JsValue);

impl Camera {
    /// Asks for the camera at the back, or any. `None` where there is none, or it is not given.
    pub(crate) async fn open() -> Option<Self> {
        let devices = field(&window().navigator(), "mediaDevices")?;
        let wanted = object(&[("video", &object(&[("facingMode", &"environment".into())]))]);
        settled(call(&devices, "getUserMedia", &[&wanted]).ok()?).await.ok().map(Self)
    }

    /// Shows in a video what it sees.
    pub(crate) fn show_in(&self, video: &JsValue) {
        // An element takes every field; where it does not play by itself nothing is seen, and the picture remains.
        let _ = Reflect::set(video, &"srcObject".into(), &self.0);
        let _ = call(video, "play", &[]);
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        let tracks = call(&self.0, "getTracks", &[]).unwrap_or_default();
        for track in tracks.dyn_into::<Array>().unwrap_or_default() {
            // One that is over stays so.
            let _ = call(&track, "stop", &[]);
        }
    }
}

/// A file as a picture, if the browser can read it as one.
pub(crate) async fn picture_of(file: &File) -> Option<Picture> {
    let bitmap = settled(call(&window(), "createImageBitmap", &[file]).ok()?).await.ok()?;
    let picture = shades(&bitmap);
    let _ = call(&bitmap, "close", &[]);
    picture
}

/// What a video or a bitmap shows now, in shades of grey; `None` where that is nothing yet.
pub(crate) fn shades(source: &JsValue) -> Option<Picture> {
    let side = |video: &str, bitmap: &str| {
        field(source, video).or_else(|| field(source, bitmap))?.as_f64().filter(|side| *side >= 1.0)
    };
    let sides = (side("videoWidth", "width")?, side("videoHeight", "height")?);
    let scale = (LONGEST / sides.0.max(sides.1)).min(1.0);
    let [width, height] = [sides.0, sides.1].map(|side| (side * scale).round().max(1.0));
    let canvas: JsValue = document().create_element("canvas").ok()?.into();
    set(&canvas, "width", width)?;
    set(&canvas, "height", height)?;
    let context = call(&canvas, "getContext", &[&"2d".into()]).ok()?;
    let (zero, wide, high) = (JsValue::from(0), JsValue::from(width), JsValue::from(height));
    call(&context, "drawImage", &[source, &zero, &zero, &wide, &high]).ok()?;
    let image = call(&context, "getImageData", &[&zero, &zero, &wide, &high]).ok()?;
    let data = field(&image, "data")?.dyn_into::<Uint8ClampedArray>().ok()?;
    let mut pixels = data.to_vec();
    data.fill(0, 0, data.length());
    // A canvas of no size keeps nothing.
    set(&canvas, "width", 0.0)?;
    let shades = pixels.chunks_exact(4).map(shade).collect();
    pixels.zeroize();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole numbers from 1 to a few thousand"
    )]
    let [width, height] = [width as u32, height as u32];
    Some(Picture { width, height, shades })
}

/// How bright a pixel is; what is transparent is paper.
fn shade(pixel: &[u8]) -> u8 {
    let [red, green, blue, opaque] = pixel else { return u8::MAX };
    let bright = (77 * u32::from(*red) + 150 * u32::from(*green) + 29 * u32::from(*blue)) / 256;
    let opaque = u32::from(*opaque);
    u8::try_from((bright * opaque + 255 * (255 - opaque)) / 255).unwrap_or(u8::MAX)
}

fn set(object: &JsValue, name: &str, to: f64) -> Option<()> {
    Reflect::set(object, &name.into(), &to.into()).ok().map(drop)
}
