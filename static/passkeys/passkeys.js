// Making and using passkeys. The key stays in the device; only its public half and signatures leave.
// A part of a page says with data attributes what to do; without a script it stays hidden.

function bytes(encoded) {
  const plain = atob(encoded.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.codePointAt(0));
}

function encoded(buffer) {
  const plain = String.fromCodePoint(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const described = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

function forBrowser(options) {
  const ready = { ...options, challenge: bytes(options.challenge) };
  if (options.user) ready.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) ready.excludeCredentials = described(options.excludeCredentials);
  if (options.allowCredentials) ready.allowCredentials = described(options.allowCredentials);
  return ready;
}

function forServer(credential) {
  const said = credential.response;
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature",
    "userHandle"]) {
    if (said[name]) response[name] = encoded(said[name]);
  }
  return {
    id: credential.id, rawId: encoded(credential.rawId), type: credential.type, response,
    clientExtensionResults: {},
  };
}

async function post(part, url, sent) {
  const answer = await fetch(url, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value,
    },
    body: JSON.stringify(sent),
  });
  const kind = answer.headers.get("Content-Type") ?? "";
  const told = kind.includes("json") ? await answer.json() : { message: part.dataset.failed };
  if (!answer.ok && told.next) location.assign(told.next);
  if (!answer.ok) throw new Error(told.message ?? part.dataset.failed, { cause: "ours" });
  return told;
}

function typed(part) {
  if (!part.dataset.form) return {};
  const { name, password, code, username } = Object.fromEntries(
    new FormData(document.querySelector(part.dataset.form)),
  );
  return { name, password, code, email: username };
}

async function talk(part) {
  const sent = typed(part);
  const { options } = await post(part, part.dataset.ask, sent);
  const ready = { publicKey: forBrowser(options) };
  const making = part.dataset.passkey === "add";
  const credential = making
    ? await navigator.credentials.create(ready)
    : await navigator.credentials.get(ready);
  const told = await post(part, part.dataset.answer, {
    answer: forServer(credential),
    name: sent.name ?? "",
    next: part.dataset.next ?? "",
    second: part.dataset.passkey === "second",
  });
  if (told.page) {
    const shown = new DOMParser().parseFromString(told.page, "text/html");
    document.querySelector("main").replaceWith(shown.querySelector("main"));
    window.scrollTo(0, 0);
  } else location.assign(told.next);
}

function reason(part, error) {
  if (error.cause === "ours") return error.message;
  if (error.name === "NotAllowedError" || error.name === "AbortError") return part.dataset.stopped;
  if (error.name === "InvalidStateError") return part.dataset.known ?? part.dataset.failed;
  return part.dataset.failed;
}

for (const part of document.querySelectorAll("[data-passkey]")) {
  const button = part.querySelector("button");
  const said = part.querySelector("[role=status]");
  part.hidden = false;
  if (!window.isSecureContext || !window.PublicKeyCredential) {
    button.hidden = true;
    said.textContent = part.dataset.unable;
    continue;
  }
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    button.disabled = true;
    said.textContent = "";
    try {
      await talk(part);
    } catch (error) {
      said.textContent = reason(part, error);
    }
    button.disabled = false;
  });
}
