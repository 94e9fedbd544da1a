// A camera whose head turns as the page's arrow says. PICTURES is replaced: JPEG in base64 by name.
const pictures = PICTURES;
navigator.mediaDevices.getUserMedia = async () => {
  const heads = {};
  for (const [name, coded] of Object.entries(pictures)) {
    const bytes = Uint8Array.from(atob(coded), (sign) => sign.charCodeAt(0));
    heads[name] = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
  }
  const canvas = document.createElement("canvas");
  canvas.width = heads.ahead.width;
  canvas.height = heads.ahead.height;
  const pen = canvas.getContext("2d");
  const draw = () => {
    const arrow = document.querySelector("[data-viewfinder]").dataset.turn ?? "ahead";
    pen.drawImage(heads[arrow], 0, 0);
  };
  draw();
  setInterval(draw, 60);
  return canvas.captureStream(15);
};
