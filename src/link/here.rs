use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlElement, MessageChannel, MessagePort, window};

use super::start::{Parts, SCRIPT};

/// Gives the name by which the worker's script knows its starter to the page; see `public/here.js`.
const STARTER: &str = "./here.js";
const STARTER_NAME: &str = "burstlabStart";
/// Where the worker's module looks for the port to talk through.
const PORT_NAME: &str = "burstlabPort";

/// Starts the worker's module on the page itself, speaking to this listener.
///
/// The page's own module has the engine too, but not the kernels: they would cost everybody's download what few need.
pub async fn start(parts: &Parts, on_message: &Function) -> Result<MessagePort, JsValue> {
    for address in [SCRIPT, STARTER] {
        JsFuture::from(script(address)).await?;
    }
    let window = window().ok_or("no window")?;
    let starter: Function = Reflect::get(&window, &STARTER_NAME.into())?.dyn_into()?;
    let channel = MessageChannel::new()?;
    channel.port1().set_onmessage(Some(on_message));
    Reflect::set(&window, &PORT_NAME.into(), &channel.port2())?;
    let options = Object::new();
    Reflect::set(&options, &"module_or_path".into(), parts.module())?;
    let started: Promise = starter.call1(&JsValue::UNDEFINED, &options)?.dyn_into()?;
    JsFuture::from(started).await?;
    Ok(channel.port1())
}

/// A script of the site's own, which the strict policy allows; done when it has run.
fn script(address: &str) -> Promise {
    Promise::new(&mut |loaded, failed| {
        if let Err(error) = append(address, &loaded, &failed) {
            // A promise's own function takes any value and does not throw.
            let _ = failed.call1(&JsValue::UNDEFINED, &error);
        }
    })
}

fn append(address: &str, loaded: &Function, failed: &Function) -> Result<(), JsValue> {
    let document = window().and_then(|window| window.document()).ok_or("no document")?;
    let script: HtmlElement = document.create_element("script")?.dyn_into()?;
    script.set_onload(Some(loaded));
    script.set_onerror(Some(failed));
    script.set_attribute("src", address)?;
    document.head().ok_or("no head")?.append_child(&script)?;
    Ok(())
}
