// Hints while the camera looks: light, sharpness, size of the face. The server decides, not these.

const SIDE = 96; // px: enough to tell light from dark, and cheap on a slow phone
const EVERY = 700; // ms between two looks
const STEADY = 2; // looks in a row before anything is said
const DARK = 55; // of 255, the middle of the picture
const BRIGHT = 225;
const BLURRED = 18; // variance of the Laplacian at this size
const FACE = { small: 0.22, large: 0.8 }; // of the picture's height

/** Call `say` with "dark", "bright", "blurred", "far", "near" or "" while `video` shows. Returns a stop. */
export function watch(video, say) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  const detector = "FaceDetector" in window ? new FaceDetector({ fastMode: true }) : null;
  let seen = "";
  let times = 0;
  let told = "";

  const timer = setInterval(async () => {
    if (!video.srcObject || video.hidden || !video.videoWidth) return;
    const found = light(grey(video, brush)) || (await size(video, detector));
    times = found === seen ? times + 1 : 1;
    seen = found;
    if (times >= STEADY && found !== told) {
      told = found;
      say(found);
    }
  }, EVERY);
  return () => clearInterval(timer);
}

/** The middle of the picture, where the face belongs, in grey. */
function grey(video, brush) {
  const side = Math.min(video.videoWidth, video.videoHeight) * 0.8;
  const left = (video.videoWidth - side) / 2;
  const top = (video.videoHeight - side) / 2;
  brush.drawImage(video, left, top, side, side, 0, 0, SIDE, SIDE);
  const { data } = brush.getImageData(0, 0, SIDE, SIDE);
  const shades = new Float32Array(SIDE * SIDE);
  for (let at = 0; at < shades.length; at += 1) {
    shades[at] = 0.3 * data[4 * at] + 0.59 * data[4 * at + 1] + 0.11 * data[4 * at + 2];
  }
  return shades;
}

export function light(shades) {
  const mean = shades.reduce((sum, shade) => sum + shade, 0) / shades.length;
  if (mean < DARK) return "dark";
  if (mean > BRIGHT) return "bright";
  return sharpness(shades) < BLURRED ? "blurred" : "";
}

/** The variance of the Laplacian: small where there are no edges. */
function sharpness(shades) {
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let y = 1; y < SIDE - 1; y += 1) {
    for (let x = 1; x < SIDE - 1; x += 1) {
      const at = y * SIDE + x;
      const edge =
        shades[at - 1] + shades[at + 1] + shades[at - SIDE] + shades[at + SIDE] - 4 * shades[at];
      sum += edge;
      squares += edge * edge;
      count += 1;
    }
  }
  return squares / count - (sum / count) ** 2;
}

async function size(video, detector) {
  try {
    const faces = (await detector?.detect(video)) ?? [];
    if (faces.length !== 1) return "";
    const part = faces[0].boundingBox.height / video.videoHeight;
    if (part < FACE.small) return "far";
    return part > FACE.large ? "near" : "";
  } catch {
    return ""; // the browser has the name and not the thing
  }
}
