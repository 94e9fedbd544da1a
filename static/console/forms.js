/* Quick reasons fill the text field. */
for (const chip of document.querySelectorAll("[data-reason]")) {
  chip.addEventListener("click", () => {
    const field = chip.closest("form").querySelector("[name=reason]");
    field.value = chip.dataset.reason;
    field.focus();
  });
}
