// Ask until the answer is there, then show the page anew. Ever slower, never giving up.

const waiting = document.querySelector("[data-status-url]");
let pause = 1000;

async function ask() {
  try {
    const answer = await fetch(waiting.dataset.statusUrl, { headers: { Accept: "application/json" } });
    const known = answer.ok ? (await answer.json()).state : waiting.dataset.state;
    if (answer.status === 401 || known !== waiting.dataset.state) {
      location.reload();
      return;
    }
  } catch {
    // No network for the moment: the next round asks again.
  }
  pause = Math.min(pause * 1.3, 10_000);
  setTimeout(ask, pause);
}

setTimeout(ask, pause);
