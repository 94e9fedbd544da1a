// One photo on its way: XMLHttpRequest, because fetch cannot tell how far an upload is.

const { alone, arrived, contentOf, forget, isKept, meaning, tokenFor } = self.keptPhotos;
const PATIENCE = 180_000; // ms: a small photo on 2G

/** Send `content` to `address`; resolves to { what, next, messages, taken } and never rejects. */
export function send(address, content, onProgress = () => {}) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.timeout = PATIENCE;
    request.upload.onprogress = ({ loaded, total }) => {
      if (total) onProgress(Math.round((100 * loaded) / total));
    };
    request.onload = () =>
      done({ what: meaning(request.status, request.response), ...request.response });
    request.onerror = request.ontimeout = () => done({ what: "failed" });
    request.send(content);
  });
}

/** Send a kept photo. Its picture goes only when the server has answered for it; that it has
 * arrived stays here until a page has told so (`news`): this one may be left at any moment. */
export async function sendKept(row, onProgress) {
  return (await alone(row.key, () => sendNow(row, onProgress))) ?? { what: "elsewhere" };
}

async function sendNow(row, onProgress) {
  try {
    const content = await contentOf(row);
    content.set("csrfmiddlewaretoken", pageToken());
    if (!(await isKept(row.key))) return { what: "gone" }; // deleted, in another tab
    let answer = await send(row.address, content, onProgress);
    if (answer.what === "stale") {
      // The page is older than the sign-in: its form's token is another one.
      const token = await tokenFor(row);
      if (!token) return { what: "signed out" };
      content.set("csrfmiddlewaretoken", token);
      answer = await send(row.address, content, onProgress);
    }
    if (answer.what === "arrived") await arrived(row.key, answer.next, answer.taken);
    if (answer.what === "refused") await forget(row.key);
    return answer;
  } catch {
    return { what: "failed" };
  }
}

const pageToken = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
