// Shows a notice, says that it was shown, and opens its page. It keeps nothing and fetches nothing else.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

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
