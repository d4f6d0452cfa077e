// In front of boot.js in the single file: whatever the page asks for by name comes from the file itself.
const packed = new Map([...document.querySelectorAll("script[data-file]")].map((script) => [script.dataset.file, script]));
const types = { js: "text/javascript", wasm: "application/wasm" };

const fetchElsewhere = globalThis.fetch.bind(globalThis);
globalThis.fetch = async (request, options) => {
  const blob = await within(String(request?.url ?? request));
  return blob ? new Response(blob, { headers: { "content-type": blob.type } }) : fetchElsewhere(request, options);
};

/** What a script is imported from, or put into an element by: an address of its own. */
globalThis.burstlabAddress = async (address) => {
  const blob = await within(String(address));
  return blob ? URL.createObjectURL(blob) : address;
};

async function within(address) {
  const script = packed.get(address.split(/[?#]/)[0].split("/").at(-1));
  if (!script) return undefined;
  const bytes = Uint8Array.from(atob(script.textContent), (letter) => letter.charCodeAt(0));
  const unpacked = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).blob();
  return new Blob([unpacked], { type: types[script.dataset.file.split(".").at(-1)] });
}
