// Loaded after worker.js, and only where the page has to simulate by itself: a name at the top of a script is not seen
// from modules as a property of the window.
globalThis.burstlabStart = wasm_bindgen;
