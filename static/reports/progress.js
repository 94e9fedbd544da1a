// Asks how far reports are, and shows the page again when one has ended.
const waiting = [...document.querySelectorAll("[data-progress]")];
const bar = document.getElementById("bar");

async function look(badge) {
  const answer = await fetch(badge.dataset.progress, { headers: { Accept: "application/json" } });
  if (!answer.ok) return true;
  const { state, progress } = await answer.json();
  badge.lastElementChild.textContent = `${progress} %`;
  if (bar) bar.value = progress;
  return state === "waiting" || state === "running";
}

async function watch() {
  const going = await Promise.all(waiting.map((badge) => look(badge).catch(() => true)));
  if (going.every(Boolean)) setTimeout(watch, 1500);
  else location.reload();
}

if (waiting.length) setTimeout(watch, 1000);
