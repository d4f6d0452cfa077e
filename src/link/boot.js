// Appended to wasm-bindgen's script, so that both start from one Blob. The first message is the compiled module.
// A failure is thrown outside of the promise: only then does the page's `onerror` hear of it.
onmessage = ({ data }) => {
  onmessage = null;
  wasm_bindgen({ module_or_path: data }).catch((error) => setTimeout(() => { throw error; }));
};
