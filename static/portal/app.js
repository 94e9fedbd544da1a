// The portal as an app: the worker that answers without a network, and the offer to install it.

const body = document.body.dataset;

/** The offline page in the language of this page; the worker keeps no other page. */
async function keepOfflinePage() {
  await navigator.serviceWorker.register(body.worker, { scope: "/" });
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage({ offline: body.offline });
}

if ("serviceWorker" in navigator) {
  keepOfflinePage().catch(() => {}); // refused by the browser: the pages work without it
}

const offer = document.querySelector("[data-install]");
const DECLINED = "install-declined";
addEventListener("beforeinstallprompt", (event) => {
  if (!offer || localStorage.getItem(DECLINED)) return; // asked once, on the own page alone
  event.preventDefault();
  offer.hidden = false;
  offer.querySelector("[data-install-yes]").addEventListener("click", () => {
    offer.hidden = true;
    event.prompt();
  });
  offer.querySelector("[data-install-no]").addEventListener("click", () => {
    offer.hidden = true;
    localStorage.setItem(DECLINED, "1");
  });
});
