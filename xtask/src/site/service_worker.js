
// Everything is kept at once, and comes from what is kept: after the first visit no network is needed, and every file
// is of one version. In front of this stand the version and the list of files.
const mine = "burstlab-";
const name = mine + version;
const fresh = (file) => new Request(new URL(file, location), { cache: "no-cache" });

addEventListener("install", (event) => {
  event.waitUntil(caches.open(name).then((cache) => cache.addAll(files.map(fresh))));
});

addEventListener("activate", (event) => event.waitUntil(begin()));

async function begin() {
  for (const old of await caches.keys()) if (old.startsWith(mine) && old !== name) await caches.delete(old);
  await clients.claim();
}

// The page says when: it has asked the person.
addEventListener("message", ({ data }) => {
  if (data === "take over") skipWaiting();
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method === "GET" && url.origin === location.origin) event.respondWith(answer(request, url));
});

/** A folder's address means its index.html; what a query says is for the page to read. */
async function answer(request, url) {
  const cache = await caches.open(name);
  const file = url.pathname.endsWith("/") ? `${url.pathname}index.html` : url.pathname;
  return (await cache.match(new URL(file, url.origin))) ?? fetch(request);
}
