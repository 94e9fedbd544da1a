// Photos that have not arrived yet: kept on this phone, sealed, each bound to its check-in.
// A classic script and no module: the service worker reads it with importScripts.

self.keptPhotos = (() => {
  const KEPT_FOR = 30 * 24 * 3600 * 1000; // ms; an older photo answers nothing any more
  let opened;

  const asked = (request) =>
    new Promise((done, failed) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });

  function database() {
    opened ??= new Promise((done, failed) => {
      const request = indexedDB.open("smartlink", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("keys");
        request.result.createObjectStore("photos", { keyPath: "key" });
      };
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
    return opened;
  }

  async function store(name, mode) {
    return (await database()).transaction(name, mode).objectStore(name);
  }

  /** The phone's own key. It can be used here and read by nobody, this script included. */
  async function secret() {
    const known = await asked((await store("keys", "readonly")).get("photos"));
    if (known) return known;
    const fresh = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
      "encrypt",
      "decrypt",
    ]);
    try {
      await asked((await store("keys", "readwrite")).add(fresh, "photos"));
    } catch {
      return secret(); // another tab was first
    }
    return fresh;
  }

  // What stands beside the sealed photo is sealed to it: a row cannot be moved to another check-in.
  const terms = ({ iv, address, key, capturedAt }) => ({
    name: "AES-GCM",
    iv,
    additionalData: new TextEncoder().encode(JSON.stringify([address, key, capturedAt])),
  });

  /** Keep what `content` (a FormData) holds for the check-in at `address`, for `owner`; the row. */
  async function keep(address, content, owner) {
    const packed = new FormData();
    for (const [name, value] of content) {
      if (name !== "csrfmiddlewaretoken") packed.append(name, value);
    }
    const response = new Response(packed);
    const row = {
      key: content.get("submission_key"),
      address,
      owner,
      capturedAt: content.get("captured_at"),
      keptAt: Date.now(),
      type: response.headers.get("Content-Type"),
      iv: crypto.getRandomValues(new Uint8Array(12)),
    };
    const plain = await response.arrayBuffer();
    row.sealed = await crypto.subtle.encrypt(terms(row), await secret(), plain);
    await asked((await store("photos", "readwrite")).put(row));
    return row;
  }

  /** Whether it is still here: the person may have deleted it meanwhile. */
  const isKept = async (key) =>
    (await asked((await store("photos", "readonly")).count(key))) > 0;

  async function forget(key) {
    await asked((await store("photos", "readwrite")).delete(key));
  }

  /** It has been sent: the picture goes, the news stays until a page has told it. */
  async function arrived(key, next, taken) {
    const photos = await store("photos", "readwrite");
    const row = await asked(photos.get(key));
    if (!row) return; // a page has sent it too, and told
    const { address, capturedAt, keptAt } = row;
    await asked(photos.put({ key, address, capturedAt, keptAt, arrived: { next, taken } }));
  }

  /** What has arrived and no page has told yet. */
  const news = async () => (await rowsHere()).filter((row) => row.arrived);

  /** Every photo that is still to be sent, the oldest first. */
  const all = async () => (await rowsHere()).filter((row) => !row.arrived);

  async function rowsHere() {
    const rows = await asked((await store("photos", "readonly")).getAll());
    for (const row of rows.filter(({ keptAt }) => keptAt < Date.now() - KEPT_FOR)) {
      await forget(row.key);
    }
    return rows
      .filter(({ keptAt }) => keptAt >= Date.now() - KEPT_FOR)
      .sort((one, other) => one.keptAt - other.keptAt);
  }

  /** What was kept, as the FormData that it was. */
  async function contentOf(row) {
    const plain = await crypto.subtle.decrypt(terms(row), await secret(), row.sealed);
    return new Response(plain, { headers: { "Content-Type": row.type } }).formData();
  }

  /** A fresh form token from the check-in's page; null when the person is signed out. */
  async function tokenFor(row) {
    const page = await fetch(row.address, { credentials: "same-origin", cache: "no-store" });
    if (!page.ok || new URL(page.url).pathname !== row.address) return null;
    return /name="csrfmiddlewaretoken" value="(\w+)"/.exec(await page.text())?.[1] ?? null;
  }

  /** Runs `act` unless a page or the worker is sending this photo already: a slow line has no
   * room for it twice. Resolves to what `act` gives, or to undefined. */
  async function alone(key, act) {
    if (!navigator.locks) return act();
    return navigator.locks.request(`photo ${key}`, { ifAvailable: true }, (lock) =>
      lock ? act() : undefined,
    );
  }

  /** What an answer of the server means: "arrived", "refused", "signed out", "stale", "other", "failed". */
  function meaning(status, body) {
    if (status === 200 && body?.next) return "arrived";
    if (status === 422) return "refused";
    if (status === 401) return "signed out";
    return { 403: "stale", 404: "other" }[status] ?? "failed";
  }

  return { keep, isKept, forget, arrived, news, all, contentOf, tokenFor, alone, meaning };
})();
