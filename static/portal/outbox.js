// The line on every page that says which photos have not arrived yet, and sends them when it can.

import { sendKept } from "./sending.js";

const AGAIN_AFTER = 20_000; // ms; "online" is not always told
const line = document.querySelector("[data-outbox]");
const said = line.querySelector("[data-outbox-say]");
const link = line.querySelector("[data-outbox-link]");
const words = line.dataset;
let busy = false;
let timer;

const clockTime = new Intl.DateTimeFormat(document.documentElement.lang, {
  weekday: "short",
  hour: "numeric",
  minute: "2-digit",
});

function say(what, row, { href = "", message = "" } = {}) {
  const at = clockTime.format(new Date(row.capturedAt || row.keptAt));
  line.hidden = false;
  line.dataset.now = what;
  said.textContent = (message || words[what]).replace("{time}", at);
  link.hidden = !href;
  if (href) link.href = href;
}

function hasArrived(row, { next, taken }) {
  if (location.pathname === row.address) location.assign(next);
  say(taken === false ? "needless" : "arrived", row, { href: next });
}

/** What the worker sent while no page, or this one unasked, was open. */
async function tellNews() {
  if (!words.signedIn) return;
  for (const row of await self.keptPhotos.news()) {
    await self.keptPhotos.forget(row.key);
    hasArrived(row, row.arrived);
  }
}

async function sendOne(row) {
  say("sending", row);
  const answer = await sendKept(row, (percent) => (line.dataset.percent = percent));
  if (answer.what === "arrived") {
    hasArrived(row, answer);
  } else if (answer.what === "refused") {
    say("refused", row, { message: answer.messages?.join(" "), href: row.address });
  } else if (answer.what === "signed out") {
    say("signIn", row);
  } else {
    say(answer.what === "other" ? "other" : "waiting", row);
  }
  return answer.what;
}

/** Send what is here, the oldest first. One at a time, and once at a time. */
export async function sendAll() {
  if (busy || document.body.dataset.sending) return;
  busy = true;
  clearTimeout(timer);
  try {
    await tellNews();
    let left = false;
    for (const row of await self.keptPhotos.all()) {
      if (!words.signedIn) {
        say(navigator.onLine ? "signIn" : "waiting", row);
        continue;
      }
      left = (await sendOne(row)) === "failed" || left;
    }
    if (left) timer = setTimeout(sendAll, AGAIN_AFTER);
  } catch {
    // No IndexedDB here (a private window, for one): then nothing is kept either.
  } finally {
    busy = false;
  }
}

addEventListener("online", sendAll);
navigator.serviceWorker?.addEventListener("message", ({ data }) => {
  if (data === "photo-arrived") tellNews();
});
addEventListener("photo-kept", () => {
  clearTimeout(timer);
  timer = setTimeout(sendAll, AGAIN_AFTER);
});
sendAll();
