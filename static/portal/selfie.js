// One selfie: look, take, check, send. The plain form below it works without any of this.

import { cameraExists, close, fill, open, shrink, still } from "./camera.js";
import { watch } from "./hints.js";
import { send, sendKept, telling } from "./sending.js";
import { askForTurns, film } from "./turns.js";

const form = document.querySelector("[data-selfie]");
const part = (name) => form.querySelector(`[data-${name}]`);
const words = form.dataset;
const input = form.elements.photo;
const video = part("video");
const preview = part("preview");
const asksTurns = Boolean(words.turns);
const owner = document.querySelector("[data-outbox]").dataset.signedIn;
let frames = [];
let sending = false;
let unseen = false; // a file that the browser cannot show, as HEIC often is
let stopHints = () => {};

// Which buttons belong to which step.
const STEPS = {
  start: ["open", "use-file"],
  looking: ["shoot", "use-file"],
  ready: ["start", "use-file"],
  turning: [],
  "own pace": ["there"],
  checking: ["send", "again"],
  sending: ["send", "again"], // in their place, but dead: a second tap must not hit what is below
  without: [],
};

function go(step, message = "", tone = "") {
  for (const name of ["open", "shoot", "start", "there", "send", "again", "use-file"]) {
    if (part(name)) part(name).hidden = !STEPS[step].includes(name);
  }
  for (const name of ["send", "again"]) part(name).disabled = step === "sending";
  video.hidden = !["looking", "ready", "turning", "own pace"].includes(step);
  if (asksTurns) {
    part("turn-help").hidden = !["ready", "start"].includes(step);
    delete part("viewfinder").dataset.turn;
  }
  preview.hidden = !["checking", "sending"].includes(step);
  part("viewfinder").classList.toggle("taken", !preview.hidden);
  if (!["looking", "ready"].includes(step)) stopHints();
  part("progress").hidden = step !== "sending";
  part("viewfinder").hidden = step === "without" || (!preview.hidden && unseen);
  part("viewfinder").classList.toggle("idle", step === "start");
  part("file").hidden = step !== "without";
  say(message, tone);
}

/** `tone`: "bad" where something went wrong, "kept" where it has to wait, or nothing. */
function say(message, tone = "") {
  const line = part("say");
  line.textContent = message;
  line.className = `say ${tone}`;
}

async function look() {
  try {
    await open(video);
  } catch {
    useFile(words.noCamera);
    return;
  }
  stopHints();
  stopHints = watch(video, (hint) => say(words[`hint${hint}`] || words.looking));
  const turning = asksTurns && !form.elements.cannot_turn.checked;
  go(turning ? "ready" : "looking", words.looking);
  part(turning ? "start" : "shoot").focus();
}

async function shoot() {
  show(await still(video), { mirrored: true });
  close(video);
}

/** The photo, then a frame of each turn that the server asks for; without it the photo alone. */
async function start() {
  if (form.elements.cannot_turn.checked) return shoot();
  go("turning", words.turnAhead);
  const asked = await askForTurns(form);
  if (!asked) {
    go("looking", words.noTurns);
    return undefined;
  }
  const ownPace = part("own-pace").checked;
  const photo = await still(video);
  const taken = await film(video, asked.turns, {
    show: (turn, number) => prompt(turn, number, asked.turns.length, ownPace),
    ready: ownPace ? pressed : null,
  });
  if (!video.srcObject) return undefined; // the person has left meanwhile
  show(photo, { mirrored: true });
  close(video);
  frames = taken.map((one) => one.frame);
  form.elements.challenge.value = asked.challenge;
  form.elements.frame_times.value = taken.map((one) => one.at).join(",");
  return undefined;
}

const PROMPTS = { ahead: words.turnAhead, left: words.turnLeft, right: words.turnRight };

function prompt(turn, number, of, ownPace) {
  const step = words.step.replace("{step}", number).replace("{steps}", of);
  go(ownPace ? "own pace" : "turning", `${PROMPTS[turn]} ${step}`);
  part("viewfinder").dataset.turn = turn;
}

function pressed() {
  part("there").focus();
  return new Promise((done) => part("there").addEventListener("click", done, { once: true }));
}

function show(photo, { mirrored }) {
  fill(input, photo);
  // Another photo is another attempt, and replaces one that waits here for a network.
  const before = form.elements.submission_key.value;
  self.keptPhotos.forget(before).catch(() => {});
  dispatchEvent(new CustomEvent("photo-replaced", { detail: before }));
  if (crypto.randomUUID) form.elements.submission_key.value = crypto.randomUUID();
  frames = [];
  form.elements.challenge.value = form.elements.frame_times.value = "";
  form.elements.captured_at.value = new Date().toISOString();
  URL.revokeObjectURL(preview.src);
  preview.src = URL.createObjectURL(photo);
  unseen = false;
  preview.classList.toggle("as-is", !mirrored);
  go("checking", words.lookAtIt);
  part("send").focus();
}

function useFile(message = "") {
  close(video);
  go("without", message, message && "bad");
  input.focus();
}

function again() {
  input.value = "";
  if (cameraExists() && !preview.classList.contains("as-is")) look();
  else useFile();
}

/** Keep first, then send: whatever happens on the way, the photo is still there. */
async function deliver() {
  sending = true;
  document.body.dataset.sending = "yes"; // the line of waiting photos leaves this one to us
  go("sending", words.sending);
  const content = new FormData(form);
  for (const [number, frame] of frames.entries()) content.append("frames", frame, `${number}.jpg`);
  const row = await self.keptPhotos
    .keep(location.pathname, content, owner)
    .catch(() => null);
  const tell = telling(words.sent, (sentence) => say(`${words.sending} ${sentence}`));
  const onProgress = (sent, whole) => {
    part("progress").value = (100 * sent) / whole;
    tell(sent, whole);
  };
  const answer = row
    ? await sendKept(row, { onProgress, onBreak: () => say(words.broke), fresh: true })
    : await send(location.pathname, content, onProgress);
  delete document.body.dataset.sending;
  answered(answer, row);
}

function answered({ what, next, messages }, kept) {
  if (what === "arrived") {
    say(words.arriving);
    // This page tells it, and the next one need not.
    const forgotten = kept ? self.keptPhotos.forget(kept.key) : Promise.resolve();
    forgotten.catch(() => {}).finally(() => location.assign(next));
  } else if (what === "signed out") {
    notSent(kept ? words.signedOutKept : words.signedOut, kept ? "kept" : "bad");
    setTimeout(() => location.assign(next ?? location.href), 4000);
  } else if (what === "refused") {
    notSent(messages.join(" "));
  } else {
    notSent(kept ? words.kept : words.notSent, kept ? "kept" : "bad");
    if (kept) askToSendLater(kept);
  }
}

/** By this page while it is open; by the worker afterwards, where the browser has that. */
async function askToSendLater(row) {
  dispatchEvent(new CustomEvent("photo-kept", { detail: row }));
  const registration = await navigator.serviceWorker?.getRegistration();
  await registration?.sync?.register("kept-photos").catch(() => {});
}

function notSent(message, tone = "bad") {
  sending = false;
  go("checking", message, tone);
  part("send").focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!sending && input.files.length) deliver();
});
input.addEventListener("change", async () => {
  if (input.files.length) show(await shrink(input.files[0]), { mirrored: false });
});
preview.addEventListener("error", () => {
  if (preview.hidden) return;
  unseen = true;
  part("viewfinder").hidden = true;
  if (!sending && input.files.length) say(input.files[0].name);
});
part("open").addEventListener("click", look);
part("shoot").addEventListener("click", shoot);
part("start")?.addEventListener("click", start);
part("again").addEventListener("click", again);
part("use-file").addEventListener("click", () => useFile());
addEventListener("photo-deleted", ({ detail }) => {
  if (detail === form.elements.submission_key.value) again();
});
addEventListener("pagehide", () => close(video));

form.classList.add("ready");
part("open").disabled = false;
if (asksTurns) part("turns-intro").hidden = !cameraExists();
part("plain-send").hidden = true;
input.required = false;
if (cameraExists()) go("start");
else useFile();
