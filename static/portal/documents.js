// A document on its way: large photos made lighter, how far it is, and nothing lost when it fails.
// The plain form works without any of this.

import { send } from "./sending.js";

const LONGEST_SIDE = 2000; // small print on a photographed page can still be read
const LIGHT = 700_000; // bytes that are sent as they are
const form = document.querySelector("[data-document]");
const say = form.querySelector("[data-say]");
const bar = form.querySelector("[data-progress]");
const button = form.querySelector("button[type=submit]");

/** The same picture with fewer pixels; the file itself where the browser cannot show it. */
async function lighter(file) {
  if (!file.type.startsWith("image/") || file.size < LIGHT) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return blob && blob.size < file.size ? blob : file;
  } catch {
    return file;
  }
}

async function content() {
  const found = new FormData(form);
  for (const name of [...new Set(found.keys())]) {
    const files = found.getAll(name).filter((one) => one instanceof File && one.name);
    if (!files.length) continue;
    found.delete(name);
    for (const file of files) found.append(name, await lighter(file), file.name);
  }
  return found;
}

function tell(words, { busy }) {
  say.textContent = words;
  say.hidden = !words;
  say.classList.toggle("error", !busy);
  bar.hidden = !busy;
  button.disabled = busy;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  tell(form.dataset.sending, { busy: true });
  const answer = await send(location.pathname, await content(), (percent) => (bar.value = percent));
  if (answer.what === "arrived" || answer.what === "signed out") {
    location.assign(answer.next ?? location.href);
    return;
  }
  tell(answer.messages?.join(" ") ?? form.dataset.notSent, { busy: false });
});
