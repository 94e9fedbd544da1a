// The front camera and the still photo: no page, no words.

export const LONGEST_SIDE = 1280;
const QUALITY = 0.9;
const MOST_BYTES = 150_000; // a slow network carries this in half a minute
const GENTLER = [0.8, 0.7, 0.6]; // qualities to try before the picture is made smaller

export const cameraExists = () => Boolean(navigator.mediaDevices?.getUserMedia);

/** Show the front camera in `video`; resolves when the first picture is there. */
export async function open(video) {
  video.srcObject = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: "user", width: { ideal: 1280 }, height: { ideal: 960 } },
  });
  await video.play();
}

export function close(video) {
  for (const track of video.srcObject?.getTracks() ?? []) track.stop();
  video.srcObject = null;
}

/** The picture that `video` shows now, as a JPEG. */
export const still = (video, side = LONGEST_SIDE, quality = QUALITY) =>
  light(video, video.videoWidth, video.videoHeight, side, quality);

/** A chosen file made small enough for a slow network; the file itself if it cannot be decoded. */
export async function shrink(file) {
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return file; // a kind this browser cannot show, HEIC for one: the server reads it
  }
  const small = await light(picture, picture.width, picture.height);
  picture.close();
  return small;
}

/** Put a photo where a plain form would have it. */
export function fill(input, photo) {
  const files = new DataTransfer();
  const name = photo.name ?? "photo.jpg";
  files.items.add(photo instanceof File ? photo : new File([photo], name, { type: photo.type }));
  input.files = files.files;
}

/** A JPEG of at most 150 kB: less quality first, then fewer pixels. */
async function light(source, width, height, side = LONGEST_SIDE, quality = QUALITY) {
  let photo = await asJpeg(source, width, height, side, quality);
  for (const less of GENTLER) {
    if (photo.size <= MOST_BYTES) return photo;
    photo = await asJpeg(source, width, height, side, less);
  }
  return photo.size <= MOST_BYTES ? photo : asJpeg(source, width, height, side * 0.6, 0.7);
}

function asJpeg(source, width, height, side, quality) {
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  return new Promise((done, failed) => {
    canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/jpeg", quality);
  });
}
