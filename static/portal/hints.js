// Hints while the camera looks, by the server's own rules and limits: `checkins/verification`
// (quality.py, subject.py). The server decides; a test holds these to it.

import { LONGEST_SIDE } from "./camera.js";

export const LIMITS = {
  highlight: 50, // of 255: what 95 % of the face stays below
  clipped: 0.45, // share of the face that is plain white
  sharpness: 0.006, // variance of the Laplacian over that of the light
  eyeDistance: 20, // px in the photo that is sent
  inside: 0.85, // share of the face that is in the picture
  comparable: 0.7, // of the subject's width, from which another face counts
  equal: 0.9, // the same, wherever it is
  aside: 0.25, // of the shorter side, by which a smaller face is in the background
};
const WHITE = 250;
const FLAT = 25; // variance below which what moves is noise
const EVERY = 700; // ms between two looks
const STEADY = 2; // looks in a row before anything is said
// Forehead to chin in the oval, as shares of the upright part of the picture; and in pixels.
const CORE = { x: 0.265, y: 0.275, width: 0.47, height: 0.5 };
const WIDTH = 72;
const HEIGHT = 76;
const EYES_PER_WIDTH = 0.42; // where the browser names no eyes

/** Call `say` with "dark", "bright", "blurred", "far", "near", "several" or "" while `video` shows. Returns a stop. */
export function watch(video, say) {
  const detector = "FaceDetector" in window ? new FaceDetector({ fastMode: true }) : null;
  let seen = "";
  let times = 0;
  let told = "";

  const timer = setInterval(async () => {
    if (!video.srcObject || video.hidden || !video.videoWidth) return;
    const { videoWidth, videoHeight } = video;
    const faces = await found(video, detector);
    const hint =
      light(grey(video, videoWidth, videoHeight)) || place(faces, videoWidth, videoHeight);
    times = hint === seen ? times + 1 : 1;
    seen = hint;
    if (times >= STEADY && hint !== told) {
      told = hint;
      say(hint);
    }
  }, EVERY);
  return () => clearInterval(timer);
}

/** Where the face belongs, in grey: the part of `source` that the oval shows. */
export function grey(source, width, height) {
  const tall = Math.min(height, (width * 4) / 3);
  const wide = (tall * 3) / 4;
  const left = (width - wide) / 2 + CORE.x * wide;
  const top = (height - tall) / 2 + CORE.y * tall;
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  brush.imageSmoothingQuality = "high";
  brush.drawImage(source, left, top, CORE.width * wide, CORE.height * tall, 0, 0, WIDTH, HEIGHT);
  const { data } = brush.getImageData(0, 0, WIDTH, HEIGHT);
  const shades = new Float32Array(WIDTH * HEIGHT);
  for (let at = 0; at < shades.length; at += 1) {
    shades[at] = 0.299 * data[4 * at] + 0.587 * data[4 * at + 1] + 0.114 * data[4 * at + 2];
  }
  return shades;
}

/** By the brightest parts and not by the mean: dark skin is no dark photo. */
export function light(shades) {
  const sorted = Float32Array.from(shades).sort();
  if (sorted[Math.floor(sorted.length * 0.95)] < LIMITS.highlight) return "dark";
  const white = shades.reduce((count, shade) => count + (shade >= WHITE), 0);
  if (white / shades.length > LIMITS.clipped) return "bright";
  return sharpness(shades) < LIMITS.sharpness ? "blurred" : "";
}

/** Small where there are no edges, in proportion to the contrast. */
function sharpness(shades) {
  const edges = [];
  for (let y = 1; y < HEIGHT - 1; y += 1) {
    for (let x = 1; x < WIDTH - 1; x += 1) {
      const at = y * WIDTH + x;
      const around = shades[at - 1] + shades[at + 1] + shades[at - WIDTH] + shades[at + WIDTH];
      edges.push(around - 4 * shades[at]);
    }
  }
  return variance(edges) / Math.max(variance(shades), FLAT);
}

function variance(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

/** The browser's faces, as { x, y, width, height, eyes }; none where it has no detector. */
async function found(video, detector) {
  try {
    const faces = (await detector?.detect(video)) ?? [];
    return faces.map(({ boundingBox: { x, y, width, height }, landmarks }) => ({
      x, y, width, height, eyes: eyesOf(landmarks ?? []),
    }));
  } catch {
    return []; // the browser has the name and not the thing
  }
}

function eyesOf(landmarks) {
  const [one, other] = landmarks.filter(({ type }) => type === "eye").map(({ locations }) => locations[0]);
  return one && other ? Math.hypot(one.x - other.x, one.y - other.y) : 0;
}

/** Whether there is one face, near enough and whole. */
export function place(faces, width, height) {
  if (!faces.length) return "";
  const offCentre = (one) =>
    Math.hypot(one.x + (one.width - width) / 2, one.y + (one.height - height) / 2);
  const widest = Math.max(...faces.map((one) => one.width));
  const face = faces
    .filter((one) => one.width >= LIMITS.comparable * widest)
    .reduce((best, one) => (offCentre(one) < offCentre(best) ? one : best));
  const further = (other) => offCentre(other) - offCentre(face);
  const isRival = (other) =>
    other !== face &&
    other.width >= LIMITS.comparable * face.width &&
    (other.width >= LIMITS.equal * face.width ||
      further(other) < LIMITS.aside * Math.min(width, height));
  if (faces.some(isRival)) return "several";
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  if ((face.eyes || EYES_PER_WIDTH * face.width) * scale < LIMITS.eyeDistance) return "far";
  return inside(face, width, height) < LIMITS.inside ? "near" : "";
}

function inside(face, width, height) {
  const within = (from, length, most) => Math.min(from + length, most) - Math.max(from, 0);
  const seen = within(face.x, face.width, width) * within(face.y, face.height, height);
  return seen / (face.width * face.height);
}
