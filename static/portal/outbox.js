// A line on every page for each photo that has not arrived yet, and sending them when it can.

import { sendKept, telling } from "./sending.js";

const AGAIN_AFTER = 20_000; // ms; "online" is not always told
const TOLD_AFTER = 3_000; // ms on the screen: who leaves the page sooner is told on the next one
const list = document.querySelector("[data-outbox]");
const template = document.querySelector("[data-outbox-line]");
const words = list.dataset;
const lines = new Map();
const deleted = new Set();
// What a person may delete: the own photo, while it is not on its way.
const DELETABLE = ["waiting"];
let busy = false;
let timer;

const { lang } = document.documentElement;
// Spanish as in the United States, which the server's times are in too.
const clockTime = new Intl.DateTimeFormat(lang === "es" ? "es-US" : lang, {
  weekday: "short",
  hour: "numeric",
  minute: "2-digit",
});

/** With the time in one piece: the last letter of "7:33 م" never stands alone on a line. */
const timed = (sentence, row) => {
  const time = clockTime.format(new Date(row.capturedAt || row.keptAt));
  return sentence.replace("{time}", time.replaceAll(/\s/g, "\u00a0"));
};

function lineOf(row) {
  const known = lines.get(row.key);
  if (known) return known;
  const line = template.content.cloneNode(true).firstElementChild;
  const part = (name) => line.querySelector(`[data-${name}]`);
  part("delete").addEventListener("click", () => ask(row));
  part("no").addEventListener("click", () => {
    tell(row);
    part("delete").focus();
  });
  part("yes").addEventListener("click", () => remove(row));
  list.append(line);
  lines.set(row.key, line);
  return line;
}

function drop(key) {
  lines.get(key)?.remove();
  lines.delete(key);
}

function say(what, row, { href = "", message = "" } = {}) {
  const line = lineOf(row);
  line.dataset.now = what;
  line.dataset.said = message || timed(words[what], row);
  const link = line.querySelector("[data-result]");
  link.hidden = !href;
  if (href) link.href = href;
  tell(row);
}

/** What the line says when nothing is asked. */
function tell(row) {
  const line = lineOf(row);
  line.querySelector("[data-say]").textContent = line.dataset.said;
  line.querySelector("[data-sure]").hidden = true;
  line.querySelector("[data-delete]").hidden = !DELETABLE.includes(line.dataset.now) || !isMine(row);
}

/** Signed in, and kept by the same person; older rows do not say by whom. */
const isMine = ({ owner }) => Boolean(words.signedIn) && (!owner || owner === words.signedIn);

function ask(row) {
  const line = lineOf(row);
  line.querySelector("[data-say]").textContent = timed(words.sure, row);
  line.querySelector("[data-delete]").hidden = true;
  line.querySelector("[data-sure]").hidden = false;
  line.querySelector("[data-no]").focus();
}

async function remove(row) {
  deleted.add(row.key);
  await self.keptPhotos.forget(row.key);
  say("deleted", row);
  lineOf(row).focus();
  dispatchEvent(new CustomEvent("photo-deleted", { detail: row.key }));
}

async function hasArrived(row, { next, taken }) {
  say(taken === false ? "needless" : "arrived", row, { href: next });
  if (location.pathname === row.address) {
    await self.keptPhotos.forget(row.key);
    location.assign(next);
  } else {
    setTimeout(() => self.keptPhotos.forget(row.key), TOLD_AFTER);
  }
}

/** What the worker, or a page that was left meanwhile, has sent. */
async function tellNews() {
  if (!words.signedIn) return;
  const news = (await self.keptPhotos.news()).filter(isMine);
  for (const row of news) await hasArrived(row, row.arrived);
}

async function sendOne(row) {
  say("sending", row);
  const more = (sentence) => say("sending", row, { message: `${timed(words.sending, row)} ${sentence}` });
  const answer = await sendKept(row, {
    onProgress: telling(words.sent, more),
    onBreak: () => say("sending", row, { message: words.broke }),
  });
  if (answer.what === "arrived") {
    await hasArrived(row, answer);
  } else if (answer.what === "refused") {
    say("refused", row, { message: answer.messages?.join(" "), href: row.address });
  } else if (answer.what === "gone") {
    drop(row.key);
  } else if (answer.what === "elsewhere") {
    say("sending", row); // by the worker or another page; look again in a while
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
      if (deleted.has(row.key)) continue; // since the list was read
      if (!words.signedIn) {
        say(navigator.onLine ? "signIn" : "waiting", row);
        continue;
      }
      left = ["failed", "elsewhere"].includes(await sendOne(row)) || left;
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
addEventListener("photo-kept", ({ detail }) => {
  say("waiting", detail);
  clearTimeout(timer);
  timer = setTimeout(sendAll, AGAIN_AFTER);
});
addEventListener("photo-replaced", ({ detail }) => drop(detail));
sendAll();
