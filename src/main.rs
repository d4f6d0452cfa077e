//! The page's entry: shows the app in place of what `index.html` painted first.

#[cfg(target_arch = "wasm32")]
fn main() {
    console_error_panic_hook::set_once();
    burstlab::ui::show();
}

// Browser crates are left out of native builds, so that tests compile in seconds; the target must still link.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}
