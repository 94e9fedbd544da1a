/* The page is there to be printed: the dialog opens by itself, and again at the button. */
for (const folded of document.querySelectorAll("details")) folded.open = true;
document.querySelector("[data-print]").addEventListener("click", () => print());
addEventListener("load", () => print());
