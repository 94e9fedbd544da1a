// The area, only after a tap on "yes", rounded before it leaves the phone. Nothing waits for it.

const part = document.querySelector("[data-place]");
const form = part.closest("form");
const words = part.dataset;
const no = part.querySelector("[data-place-no]");
const yes = part.querySelector("[data-place-yes]");
const DECIMALS = 2; // about a kilometre; the server rounds again
let wanted = false;

function choose(sends) {
  wanted = sends;
  yes.setAttribute("aria-pressed", String(sends));
  no.setAttribute("aria-pressed", String(!sends));
  fill(null);
}

function fill(place) {
  form.elements.latitude.value = place ? place.latitude.toFixed(DECIMALS) : "";
  form.elements.longitude.value = place ? place.longitude.toFixed(DECIMALS) : "";
}

function say(message) {
  part.querySelector("[data-place-say]").textContent = message;
}

no.addEventListener("click", () => {
  choose(false);
  say(words.notSent);
});

yes.addEventListener("click", () => {
  choose(true);
  say(words.finding);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      if (!wanted) return; // "no" was tapped meanwhile
      fill(coords);
      say(words.found);
    },
    () => {
      choose(false);
      say(words.notFound);
    },
    { enableHighAccuracy: false, timeout: 20_000, maximumAge: 300_000 },
  );
});

part.querySelector("[data-place-actions]").hidden = !navigator.geolocation;
