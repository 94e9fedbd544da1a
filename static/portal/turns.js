// The turns of the head: asks the server which, shows each, and takes a frame of each.

import { still } from "./camera.js";

const FRAME_SIDE = 640;
const FRAME_QUALITY = 0.8;
const TIME_TO_TURN = 2200; // ms to read an arrow and follow it

/** The server's random turns as { challenge, turns }; null where they cannot be had. */
export async function askForTurns(form) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  const headers = { Accept: "application/json" };
  try {
    const answer = await fetch(form.dataset.turns, { method: "POST", body, headers });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/**
 * Film the turns. `show(turn, number)` puts up the prompt; `ready()`, where given, resolves when
 * the person says so instead of after a fixed time. Resolves to [{ frame, at }], `at` in ms.
 */
export async function film(video, turns, { show, ready }) {
  const start = performance.now();
  const frames = [];
  for (const [number, turn] of turns.entries()) {
    show(turn, number + 1);
    await (ready ? ready() : pause(TIME_TO_TURN));
    const frame = await still(video, FRAME_SIDE, FRAME_QUALITY);
    frames.push({ frame, at: Math.round(performance.now() - start) });
    navigator.vibrate?.(60);
  }
  return frames;
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
