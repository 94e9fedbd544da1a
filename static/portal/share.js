// The share button, where the phone can share: the address of the page that checks a receipt.

for (const button of document.querySelectorAll("[data-share]")) {
  const what = { title: document.title, url: button.dataset.share };
  if (!navigator.canShare?.(what)) continue;
  button.hidden = false;
  button.addEventListener("click", () => navigator.share(what).catch(ignoreCancel));
}

/** Who closes the phone's sheet has changed their mind; anything else is worth knowing. */
function ignoreCancel(error) {
  if (error.name !== "AbortError") throw error;
}
