// Keeps the site for when there is no network, and offers a newer one when it has come: never by itself, since someone
// may be in the middle of showing it. boot.js loads this once the app is at work, and not in frames.
const registration = await navigator.serviceWorker.register("./sw.js", { updateViaCache: "none" });

if (registration.waiting) offer();
registration.addEventListener("updatefound", () => {
  const newer = registration.installing;
  newer?.addEventListener("statechange", () => {
    // Without a controller it is the first that ever came, and nothing is newer about it.
    if (newer.state === "installed" && navigator.serviceWorker.controller) offer();
  });
});

function offer() {
  if (document.querySelector("[data-testid=newer]")) return;
  const message = document.querySelector("#newer").content.firstElementChild.cloneNode(true);
  const [load, later] = message.querySelectorAll("button");
  load.addEventListener("click", () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    registration.waiting?.postMessage("take over");
  });
  later.addEventListener("click", () => message.remove());
  document.querySelector("main").prepend(message);
}
