// Keys and enlarging on the review page. Without this script everything still works by hand.

const page = document.querySelector(".review");
const zoom = page.querySelector(".zoomed");
const refuse = page.querySelector(".refuse");

const isTyping = (target) => target.matches("textarea, select, input:not([type=radio], [type=checkbox])");

function openRefusal() {
  if (!refuse) return; // proposed already: a second reviewer decides
  refuse.open = true;
  const choices = [...refuse.querySelectorAll("input[type=radio]")];
  (choices.find((one) => one.checked) ?? choices[0]).focus();
}

function choose(number) {
  const choice = refuse?.querySelector(`input[data-key="${number}"]`);
  if (!choice || !refuse.open) return false;
  choice.checked = true;
  choice.focus();
  return true;
}

// A key held down, or pressed twice, must not decide the check-in that comes next.
let sent = false;
for (const form of page.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
}
window.addEventListener("pageshow", (event) => {
  sent = false;
  if (event.persisted) location.reload(); // the claim was released when this page was left
});

// Whoever leaves lets go. A word that comes late ends no newer claim: it names its own.
window.addEventListener("pagehide", () => {
  const claim = page.querySelector("[data-claim]");
  if (!claim) return;
  const leaving = new FormData(claim);
  leaving.set("do", "leave");
  navigator.sendBeacon(claim.action, leaving);
});

function showLarge() {
  const photos = zoom.querySelector(".zoom-photos");
  photos.replaceChildren(
    ...[...page.querySelectorAll("a[data-zoom]")].map((link) => {
      const photo = new Image();
      photo.src = link.href;
      photo.alt = link.querySelector("img").alt;
      return photo;
    }),
  );
  zoom.showModal();
}

const press = (key) => () => page.querySelector(`[data-key=${key}]`)?.click();
const list = page.querySelector(".key-list");
const allKeys = page.querySelector("[data-key='?']");
allKeys.hidden = false;
allKeys.addEventListener("click", () => list.showModal());

const acts = {
  a: press("a"),
  p: press("p"),
  n: openRefusal,
  c: press("c"),
  r: press("r"),
  u: press("u"),
  j: press("j"),
  k: press("k"),
  ArrowRight: press("j"),
  ArrowLeft: press("k"),
  z: showLarge,
  "?": () => list.showModal(),
};
const inChoices = (event) => event.key.startsWith("Arrow") && event.target.matches("input, audio, [tabindex]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (isTyping(event.target) || zoom.open || list.open || inChoices(event)) return;
  if (choose(event.key)) {
    event.preventDefault();
  } else if (event.key === "Escape" && refuse?.open) {
    refuse.open = false;
  } else if (Object.hasOwn(acts, event.key)) {
    event.preventDefault();
    acts[event.key]();
  }
});

page.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-zoom]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  showLarge();
});
zoom.addEventListener("click", (event) => {
  if (event.target.closest(".zoom-photos") || event.target === zoom) zoom.close();
});
