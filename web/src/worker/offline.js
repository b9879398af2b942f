// The service worker: keeps the whole site but for the import, so that it works without a network. What stands between percent
// signs is put in when the site is built. A new version is fetched whole before it takes over; pages that are
// open go on with the old one.

const version = "%version%";
const files = "%files%".split(" ");
const name = `hnet-${version}`;

self.addEventListener("install", (event) => {
  // Names under assets/ change with what they hold, so what the page has just fetched is not fetched again.
  const requests = files.map((file) => new Request(file, { cache: file.startsWith("assets/") ? "default" : "no-cache" }));
  event.waitUntil(caches.open(name).then((cache) => cache.addAll(requests)));
});

self.addEventListener("activate", (event) => {
  const old = (keys) => keys.filter((key) => key.startsWith("hnet-") && key !== name);
  event.waitUntil(caches.keys().then((keys) => Promise.all(old(keys).map((key) => caches.delete(key)))));
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  const from = request.mode === "navigate" ? "./" : request;
  event.respondWith(
    caches.open(name).then((cache) => cache.match(from, { ignoreSearch: true, ignoreVary: true }).then((known) => known ?? fetch(request))),
  );
});
