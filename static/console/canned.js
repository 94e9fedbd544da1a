// Alt and a digit insert one of the first nine canned answers, as choosing it does.

const select = document.querySelector("select[name=canned]");
const insert = document.querySelector("button[name=insert]");
if (select && insert) {
  const first = [...select.options].filter((option) => option.value).slice(0, 9);
  first.forEach((option, place) => {
    option.textContent = `${option.textContent} · Alt+${place + 1}`;
  });
  document.addEventListener("keydown", (event) => {
    const digit = event.altKey && !event.ctrlKey && !event.metaKey && /^Digit([1-9])$/.exec(event.code);
    const option = digit && first[Number(digit[1]) - 1];
    if (!option) return;
    event.preventDefault();
    select.value = option.value;
    insert.click();
  });
}
