// Starts the app. Trunk's own starter is an inline script, which a strict content security policy refuses, so
// Trunk.toml puts the two addresses that only Trunk knows on this file's script element instead.
// (A module has no document.currentScript, hence the search.)
const { app, wasm } = document.querySelector("script[data-wasm]").dataset;
const here = (address) => new URL(address, document.baseURI);
const { default: start } = await import(here(app));
await start({ module_or_path: here(wasm) });
