// A visitor's three photos: the camera fills the same inputs that a file would.

import { cameraExists, close, fill, open, shrink, still } from "./camera.js";

const form = document.querySelector("[data-portraits]");
const part = (name) => form.querySelector(`[data-${name}]`);
const video = part("video");
const slots = [...form.querySelectorAll("[data-slot]")];
const inputOf = (slot) => slot.querySelector("input");

function show(slot, photo) {
  const shown = slot.querySelector("[data-shown]");
  URL.revokeObjectURL(shown.src);
  shown.src = URL.createObjectURL(photo);
  shown.hidden = false;
}

async function look() {
  try {
    await open(video);
  } catch {
    part("say").textContent = form.dataset.noCamera;
    part("open").hidden = true;
    return;
  }
  video.hidden = false;
  part("viewfinder").classList.remove("idle");
  part("open").hidden = true;
  part("shoot").hidden = false;
  part("say").textContent = form.dataset.looking;
}

async function shoot() {
  const slot = slots.find((one) => !inputOf(one).files.length) ?? slots.at(-1);
  const photo = await still(video);
  fill(inputOf(slot), photo);
  show(slot, photo);
  if (slots.every((one) => inputOf(one).files.length)) {
    close(video);
    part("booth").hidden = true;
    slots[0].scrollIntoView({ block: "center" });
  }
}

for (const slot of slots) {
  inputOf(slot).addEventListener("change", async () => {
    if (!inputOf(slot).files.length) return;
    const photo = await shrink(inputOf(slot).files[0]);
    fill(inputOf(slot), photo);
    show(slot, photo);
  });
}
part("open").addEventListener("click", look);
part("shoot").addEventListener("click", shoot);
addEventListener("pagehide", () => close(video));
form.addEventListener("submit", () => {
  form.querySelector("[type=submit]").disabled = true;
});
if (cameraExists()) part("booth").hidden = false;
