// In place of the service worker in a quick build, which shares its address with whatever was served there before: what
// that one kept would come back instead of what was just edited.
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(leave()));

async function leave() {
  for (const name of await caches.keys()) await caches.delete(name);
  await registration.unregister();
  for (const client of await clients.matchAll({ includeUncontrolled: true })) client.navigate(client.url);
}
