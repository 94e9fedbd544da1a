// One photo on its way: XMLHttpRequest, because fetch cannot tell how far an upload is.

const { alone, arrived, forget, meaning, sendRest } = self.keptPhotos;
const PATIENCE = 180_000; // ms: a small photo on 2G

/** { status, body } of the answer; rejects where none came. `onProgress` hears of bytes. */
function ask(address, { method, headers = {}, body = null }, onProgress = () => {}) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    request.setRequestHeader("Accept", "application/json");
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.timeout = PATIENCE;
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded, total);
    request.onload = () => done({ status: request.status, body: request.response });
    request.onerror = request.ontimeout = () => failed(new Error("no answer"));
    request.send(body);
  });
}

/** Send `content` to `address`; resolves to { what, next, messages, taken } and never rejects. */
export async function send(address, content, onProgress) {
  try {
    const { status, body } = await ask(address, { method: "POST", body: content }, onProgress);
    return { what: meaning(status, body), ...body };
  } catch {
    return { what: "failed" };
  }
}

/** Send a kept photo, from where an earlier try was cut. Its picture goes only when the server has
 * answered for it; that it has arrived stays here until a page has told so (`news`): this one may
 * be left at any moment. `fresh`: not tried before, by the open page, whose form has a token. */
export async function sendKept(row, { onProgress, onBreak, fresh = false } = {}) {
  const token = fresh ? pageToken() : "";
  const act = () => sendNow(row, { onProgress, onBreak, token });
  return (await alone(row.key, act)) ?? { what: "elsewhere" };
}

async function sendNow(row, how) {
  try {
    const { gone, status, body } = await sendRest(row, ask, how);
    if (gone) return { what: "gone" };
    const what = meaning(status, body);
    if (what === "signed out") return { what }; // where to go on is this page, not the upload
    if (what === "arrived") await arrived(row.key, body.next, body.taken);
    if (what === "refused") await forget(row.key);
    return { ...body, what };
  } catch {
    return { what: "failed" };
  }
}

const pageToken = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
const numbers = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 0 });

/** Hears of progress in bytes, and calls `say` with `words` about it: at each tenth, no more. */
export function telling(words, say) {
  let told = 0;
  return (sent, whole) => {
    const tenth = Math.floor((10 * sent) / whole);
    if (tenth === told) return;
    told = tenth;
    const kb = (bytes) => numbers.format(bytes / 1000);
    say(words.replace("{sent}", kb(sent)).replace("{whole}", kb(whole)));
  };
}
