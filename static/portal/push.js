// Turning on notifications: only after a press of the button, which says what is agreed to.

const part = document.querySelector("#push");
const button = document.querySelector("#push-on");
const said = document.querySelector("#push-said");

function bytes(encoded) {
  const plain = atob(encoded.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.codePointAt(0));
}

async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") {
    said.textContent = part.dataset.blocked;
    return;
  }
  const worker = await navigator.serviceWorker.register(part.dataset.worker, { scope: "/" });
  await navigator.serviceWorker.ready;
  const subscription = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytes(part.dataset.key),
  });
  const answer = await fetch(part.dataset.url, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value,
    },
    body: JSON.stringify(subscription),
  });
  const told = await answer.json();
  if (told.next) location.assign(told.next);
  else said.textContent = told.message ?? part.dataset.failed;
}

if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await turnOn();
    } catch {
      said.textContent = part.dataset.failed;
    }
    button.disabled = false;
  });
} else {
  said.textContent = part.dataset.unable;
}
