use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Copies a text and says what came of it; `instead` offers another way where the browser forbids copying.
pub fn copy(text: String, said: RwSignal<&'static str>, instead: impl FnOnce() -> &'static str + 'static) {
    spawn_local(async move {
        said.set(match copied(&text).await {
            Ok(_) => "Copied.",
            Err(_) => instead(),
        });
    });
}

/// The clipboard is absent on plain HTTP and closed in sandboxed frames; calling it blindly would trap.
async fn copied(text: &str) -> Result<JsValue, JsValue> {
    let clipboard = js_sys::Reflect::get(&window().navigator(), &JsValue::from_str("clipboard"))?;
    if clipboard.is_undefined() {
        return Err(clipboard);
    }
    let clipboard: web_sys::Clipboard = clipboard.unchecked_into();
    JsFuture::from(clipboard.write_text(text)).await
}
