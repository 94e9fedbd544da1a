// Notices; a page for when there is no network; photos that wait, sent when it is back.
// Kept: files of the look, and the offline page. Never a page about a person.
// SITE is written above this by the view: the addresses of this deployment.

importScripts(SITE.kept);

const CACHE = "smartlink-7";
const OFFLINE = "/offline/";

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(SITE.files)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

// A page tells in which language it is read: that offline page is the one to keep.
self.addEventListener("message", (event) => {
  if (typeof event.data?.offline === "string" && event.data.offline.startsWith(OFFLINE)) {
    event.waitUntil(keepOfflinePage(event.data.offline));
  }
});

async function keepOfflinePage(address) {
  const page = await fetch(address, { credentials: "omit" });
  if (page.ok) await (await caches.open(CACHE)).put(OFFLINE, page);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && !/^\/(staff|api)\//.test(pathname)) {
    event.respondWith(fetch(request).catch(offlinePage));
  } else if (SITE.files.includes(pathname)) {
    event.respondWith(fetch(request).catch(() => caches.match(request)));
  }
});

async function offlinePage() {
  return (await caches.match(OFFLINE)) ?? Response.error();
}

self.addEventListener("sync", (event) => {
  if (event.tag === "kept-photos") event.waitUntil(sendKeptPhotos());
});

/** With no page open. What cannot be sent stays; a failure lets the browser try again later. */
async function sendKeptPhotos() {
  for (const row of await keptPhotos.all()) {
    await keptPhotos.alone(row.key, () => sendKeptPhoto(row));
  }
}

async function sendKeptPhoto(row) {
  const { gone, status, body } = await keptPhotos.sendRest(row, ask);
  if (gone) return;
  const what = keptPhotos.meaning(status, body);
  // A refused photo stays for the page, which says why; who is signed out is asked for the PIN.
  if (what === "arrived") {
    await keptPhotos.arrived(row.key, body.next, body.taken);
    for (const page of await self.clients.matchAll()) page.postMessage("photo-arrived");
  }
  if (what === "failed") throw new Error(`not sent: ${status}`);
}

async function ask(address, { method, headers = {}, body }) {
  const accepting = { ...headers, Accept: "application/json" };
  const answer = await fetch(address, { method, headers: accepting, body, cache: "no-store" });
  return { status: answer.status, body: await answer.json().catch(() => null) };
}

async function show(told) {
  await self.registration.showNotification(told.title, {
    body: told.body,
    lang: told.lang,
    dir: told.dir,
    tag: told.tag,
    data: { url: told.url },
  });
  try {
    await fetch(told.shown, { method: "POST", credentials: "omit" });
  } catch {
    // Without a receipt the next channel follows: twice is better than not at all.
  }
}

self.addEventListener("push", (event) => {
  if (event.data) event.waitUntil(show(event.data.json()));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data.url));
});
