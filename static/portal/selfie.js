// One selfie: look, take, check, send. The plain form below it works without any of this.

import { cameraExists, close, fill, open, shrink, still } from "./camera.js";

const form = document.querySelector("[data-selfie]");
const part = (name) => form.querySelector(`[data-${name}]`);
const words = form.dataset;
const input = form.elements.photo;
const video = part("video");
const preview = part("preview");
let sending = false;

// Which buttons belong to which step.
const STEPS = {
  start: ["open", "use-file"],
  looking: ["shoot", "use-file"],
  checking: ["send", "again"],
  sending: [],
  without: [],
};

function go(step, message = "", { failed = false } = {}) {
  for (const name of ["open", "shoot", "send", "again", "use-file"]) {
    part(name).hidden = !STEPS[step].includes(name);
  }
  video.hidden = step !== "looking";
  preview.hidden = !["checking", "sending"].includes(step);
  part("viewfinder").classList.toggle("taken", !preview.hidden);
  part("progress").hidden = step !== "sending";
  part("viewfinder").hidden = step === "without";
  part("viewfinder").classList.toggle("idle", step === "start");
  part("file").hidden = step !== "without";
  say(message, failed);
}

function say(message, failed = false) {
  const line = part("say");
  line.textContent = message;
  line.classList.toggle("bad", failed);
}

async function look() {
  try {
    await open(video);
  } catch {
    useFile(words.noCamera);
    return;
  }
  go("looking", words.looking);
  part("shoot").focus();
}

async function shoot() {
  show(await still(video), { mirrored: true });
  close(video);
}

function show(photo, { mirrored }) {
  fill(input, photo);
  form.elements.captured_at.value = new Date().toISOString();
  URL.revokeObjectURL(preview.src);
  preview.src = URL.createObjectURL(photo);
  preview.classList.toggle("as-is", !mirrored);
  go("checking", words.lookAtIt);
  part("send").focus();
}

function useFile(message = "") {
  close(video);
  go("without", message, { failed: Boolean(message) });
  input.focus();
}

function again() {
  input.value = "";
  if (cameraExists() && !preview.classList.contains("as-is")) look();
  else useFile();
}

function send() {
  const request = new XMLHttpRequest(); // fetch cannot tell how far an upload is
  request.open("POST", form.action || location.href);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.timeout = 180_000;
  request.upload.onprogress = ({ loaded, total }) => {
    part("progress").value = total ? Math.round((100 * loaded) / total) : 0;
  };
  request.onload = () => answered(request);
  request.onerror = request.ontimeout = () => notSent(words.notSent);
  sending = true;
  go("sending", words.sending);
  request.send(new FormData(form));
}

function answered(request) {
  const { next, messages } = request.response ?? {};
  if (request.status === 200 && next) {
    say(words.arriving);
    location.assign(next);
  } else if (request.status === 401 && next) {
    notSent(words.signedOut);
    setTimeout(() => location.assign(next), 4000);
  } else {
    notSent(messages?.join(" ") || words.notSent);
  }
}

function notSent(message) {
  sending = false;
  go("checking", message, { failed: true });
  part("send").focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!sending && input.files.length) send();
});
input.addEventListener("change", async () => {
  if (input.files.length) show(await shrink(input.files[0]), { mirrored: false });
});
part("open").addEventListener("click", look);
part("shoot").addEventListener("click", shoot);
part("again").addEventListener("click", again);
part("use-file").addEventListener("click", () => useFile());
addEventListener("pagehide", () => close(video));

part("stage").hidden = false;
part("plain-send").hidden = true;
input.required = false;
if (cameraExists()) go("start");
else useFile();
