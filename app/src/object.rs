//! What browsers have and the bindings do not know yet, by name.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A field; `None` where nothing is in it.
pub(crate) fn field(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok().filter(|value| !value.is_undefined() && !value.is_null())
}

/// What a method answers.
///
/// # Errors
/// There is no such method, or what it threw.
pub(crate) fn call(object: &JsValue, method: &str, arguments: &[&JsValue]) -> Result<JsValue, JsValue> {
    let function = Reflect::get(object, &method.into())?.dyn_into::<Function>()?;
    function.apply(object, &arguments.iter().copied().collect::<Array>())
}

/// What a promise comes to.
///
/// # Errors
/// It is none, or why it was rejected.
pub(crate) async fn settled(promise: JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(promise.dyn_into::<Promise>()?).await
}

/// An object of these fields.
pub(crate) fn object(fields: &[(&str, &JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // A plain object takes every field.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}

/// The texts in a list; none where it is no list.
pub(crate) fn texts(list: &JsValue) -> Vec<String> {
    list.dyn_ref::<Array>().into_iter().flat_map(Array::iter).filter_map(|it| it.as_string()).collect()
}
