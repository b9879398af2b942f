// The service worker: keeps all that the page needs, so that it works without a network; the explanations and the import
// from when somebody has asked for them until the next version. What stands between percent signs is put in when the site is built. A new
// version is fetched whole before it takes over; pages that are open go on with the old one.

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

// The book is another site beside the page, which asks the network itself.
const book = new URL("docs/", self.location).href;

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.url.startsWith(book)) return;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  const from = request.mode === "navigate" ? "./" : request;
  event.respondWith(answer(event, request, from));
});

/** What is kept, or else what the server says. */
async function answer(event, request, from) {
  const cache = await caches.open(name);
  const known = await cache.match(from, { ignoreSearch: true, ignoreVary: true });
  if (known) return known;
  // The name of an explanation says nothing of what it holds, so that of an older version may be at hand.
  const isPage = request.url.includes("/explain/");
  const answer = await fetch(request, isPage ? { cache: "no-cache" } : {});
  // Some servers answer with their first page where there is none. A device that has no room for it does without.
  const isIt = answer.ok && !answer.headers.get("content-type")?.startsWith("text/html");
  if (isIt && (isPage || request.url.includes("/assets/"))) {
    event.waitUntil(cache.put(request, answer.clone()).catch(() => undefined));
  }
  return answer;
}
