/* The camera at enrolment, and following each photo until it has been checked. */
import "./files.js";

const follow = document.querySelector(".follow");
const form = document.querySelector(".send");
const video = form.querySelector("video");
const camera = form.querySelector(".camera");
const off = form.querySelector(".camera-off");
const input = form.querySelector("input[type=file]");
const button = (name) => form.querySelector(`[data-do=${name}]`);
let stream = null;

async function look() {
  const answer = await fetch(follow.dataset.tiles, { headers: { Accept: "text/html" } });
  if (answer.ok) follow.innerHTML = await answer.text();
  later();
}
function later() {
  if (follow.querySelector("[data-waiting]")) setTimeout(look, 1500);
}
later();

function stop() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  camera.hidden = true;
  button("start").hidden = false;
}

async function start() {
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 960 } });
  } catch {
    off.hidden = false;
    return;
  }
  video.srcObject = stream;
  await video.play();
  camera.hidden = false;
  button("start").hidden = true;
}

async function send(photo) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
  body.append("photo", photo, "photo.jpg");
  const answer = await fetch(location.href, { method: "POST", body });
  const said = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelector(".refusals").replaceWith(said.querySelector(".refusals"));
  await look();
}

async function shoot() {
  const shot = document.createElement("canvas");
  shot.width = video.videoWidth;
  shot.height = video.videoHeight;
  shot.getContext("2d").drawImage(video, 0, 0);
  shot.toBlob((photo) => { button("shoot").disabled = true; send(photo).finally(() => { button("shoot").disabled = false; }); }, "image/jpeg", 0.92);
}

if (navigator.mediaDevices?.getUserMedia) button("start").hidden = false;
button("start").addEventListener("click", start);
button("stop").addEventListener("click", stop);
button("shoot").addEventListener("click", shoot);
button("send").hidden = true;
function sendChosen() {
  if (input.files.length) form.requestSubmit();
}
input.addEventListener("change", sendChosen);
// Chosen while this script was still on its way: the button is gone, so they go now.
sendChosen();
addEventListener("pagehide", stop);
