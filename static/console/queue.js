// Keys on the review queue: j opens the first, u takes the last accept back.

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.matches("input, textarea, select") || !["j", "u"].includes(event.key)) return;
  document.querySelector(`.sl [data-key=${event.key}]`)?.click();
});
