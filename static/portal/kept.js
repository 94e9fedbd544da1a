// Photos that have not arrived yet: kept on this phone, sealed, each bound to its check-in.
// A classic script and no module: the service worker reads it with importScripts.

self.keptPhotos = (() => {
  const KEPT_FOR = 30 * 24 * 3600 * 1000; // ms; an older photo answers nothing any more
  // Pieces, in bytes, and how long one should take, in ms: what a break costs at most.
  const FIRST_PIECE = 32 * 1024;
  const SMALLEST_PIECE = 16 * 1024;
  const LARGEST_PIECE = 512 * 1024;
  const PIECE_TAKES = 8_000;
  const WAITS = [2_000, 4_000, 8_000]; // ms after a break, before it goes on
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
    const { address, owner, capturedAt, keptAt } = row;
    await asked(photos.put({ key, address, owner, capturedAt, keptAt, arrived: { next, taken } }));
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

  const bytesOf = async (row) =>
    crypto.subtle.decrypt(terms(row), await secret(), row.sealed);

  /** What was kept, as the FormData that it was. */
  const contentOf = async (row) =>
    new Response(await bytesOf(row), { headers: { "Content-Type": row.type } }).formData();

  /** Sends the photo from where the server has it; resolves to the last answer.
   *
   * `ask(address, request, onProgress)` gives { status, body } and rejects when the line breaks.
   * The first piece is small and tells how fast the line is; on a good one the second is the rest.
   * A browser sends a request that was cut again by itself: with all in it, all would be lost.
   * `token` is that of a page that is open. */
  async function sendRest(row, ask, { token = "", onProgress = () => {}, onBreak = () => {} } = {}) {
    const bytes = await bytesOf(row);
    const whole = bytes.byteLength;
    const about = {
      "Content-Type": "application/partial-upload",
      "Upload-Length": whole,
      "Upload-Content-Type": row.type,
      "Repr-Digest": `sha-256=:${await sum(bytes)}:`,
    };
    const address = `${row.address}upload/${row.key}/`;
    let known = token ? { offset: 0, token } : null;
    let size = whole > 2 * FIRST_PIECE ? FIRST_PIECE : whole;
    let here = 0; // what the server has told to have
    let breaks = 0;
    for (;;) {
      try {
        known ??= await howFar(ask, address);
        if (known.answer) return known.answer;
        // More than was told, and not by a whole piece: it keeps what comes of a cut request.
        if (breaks && known.offset > here && known.offset !== here + size) size = whole;
        if (known.offset > here) breaks = 0;
        here = known.offset;
        onProgress(here, whole);
        if (!(await isKept(row.key))) return { gone: true }; // deleted, in another tab
        const began = Date.now();
        const answer = await ask(
          address,
          {
            method: "PATCH",
            headers: { ...about, "Upload-Offset": here, "X-CSRFToken": known.token },
            body: bytes.slice(here, here + size),
          },
          (sent) => onProgress(here + sent, whole),
        );
        if (answer.status === 403 && token) {
          token = ""; // the page is older than the sign-in: its token is another one
          known = null;
        } else if (Number.isInteger(answer.body?.offset)) {
          known = { ...known, ...answer.body };
          size = fitting(Math.min(size, whole - here) / (Date.now() - began + 1));
        } else {
          return answer;
        }
      } catch (broken) {
        if (breaks === WAITS.length || !navigator.onLine) throw broken;
        onBreak();
        await pause(WAITS[breaks++]);
        if (known) size = Math.min(size, whole - here);
        known = null;
      }
    }
  }

  async function howFar(ask, address) {
    const answer = await ask(address, { method: "GET" });
    return Number.isInteger(answer.body?.offset) ? answer.body : { answer };
  }

  const sum = async (bytes) =>
    btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))));

  /** How large the next piece is, after one at `rate` bytes a millisecond. */
  const fitting = (rate) =>
    Math.round(Math.min(LARGEST_PIECE, Math.max(SMALLEST_PIECE, rate * PIECE_TAKES)));

  const pause = (wait) =>
    new Promise((done) => {
      setTimeout(done, wait);
      addEventListener("online", done, { once: true });
    });

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

  return { keep, isKept, forget, arrived, news, all, contentOf, sendRest, alone, meaning };
})();
