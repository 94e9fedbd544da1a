// How many letters a message may still have. Without this the browser stops at the last one.

const line = document.querySelector("[data-letters-left]");
const box = document.querySelector("textarea[maxlength]");
const number = new Intl.NumberFormat(document.documentElement.lang);

function count() {
  line.textContent = line.dataset.lettersLeft.replace("{left}", number.format(box.maxLength - box.value.length));
}

if (line && box) {
  line.hidden = false;
  box.setAttribute("aria-describedby", line.id);
  box.addEventListener("input", count);
  count();
}
