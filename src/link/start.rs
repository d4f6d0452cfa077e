use js_sys::{Array, ArrayBuffer, JsString, WebAssembly};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, Response, Url, Worker, window};

/// What a worker starts from, fetched and compiled once.
#[derive(Clone)]
pub struct Parts {
    script_url: String,
    module: WebAssembly::Module,
}

/// The script that sets up the module.
pub const SCRIPT: &str = "./worker.js";
const MODULE: &str = "./worker_bg.wasm";
const BOOT: &str = include_str!("boot.js");

impl Parts {
    /// Of those who simulate.
    pub async fn load() -> Result<Self, JsValue> {
        Self::of(SCRIPT, MODULE).await
    }

    /// Fetches a script and compiles its module.
    ///
    /// The worker starts from a Blob because an address of its own is refused in a sandboxed frame, whose
    /// origin is opaque.
    pub async fn of(script: &str, module: &str) -> Result<Self, JsValue> {
        let script = JsFuture::from(fetch(script).await?.text()?).await?;
        let bytes: ArrayBuffer = JsFuture::from(fetch(module).await?.array_buffer()?).await?.unchecked_into();
        let module = JsFuture::from(WebAssembly::compile(&bytes)).await?.unchecked_into();
        Ok(Self { script_url: blob_url(script.unchecked_into())?, module })
    }

    /// The compiled module.
    pub fn module(&self) -> &WebAssembly::Module {
        &self.module
    }

    /// Starts a worker that speaks to these listeners.
    pub fn start(
        &self,
        on_message: &js_sys::Function,
        on_error: &js_sys::Function,
    ) -> Result<Worker, JsValue> {
        let worker = Worker::new(&self.script_url)?;
        worker.set_onmessage(Some(on_message));
        worker.set_onerror(Some(on_error));
        worker.post_message(&self.module)?;
        Ok(worker)
    }
}

async fn fetch(address: &str) -> Result<Response, JsValue> {
    let window = window().ok_or("no window")?;
    let response: Response = JsFuture::from(window.fetch_with_str(address)).await?.unchecked_into();
    if response.ok() { Ok(response) } else { Err(format!("{address}: status {}", response.status()).into()) }
}

fn blob_url(script: JsString) -> Result<String, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type("text/javascript");
    let parts = Array::of2(&script, &JsString::from(BOOT));
    Url::create_object_url_with_blob(&Blob::new_with_str_sequence_and_options(&parts, &options)?)
}
