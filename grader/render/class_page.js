
// A button in each heading sorts the rows below it; once more, the other way round.
for (const table of document.querySelectorAll("table.people")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, place) => {
    const value = row => row.cells[place].textContent;
    const points = row => parseInt(value(row).replace(/^\D+/, "")) || 0;
    const isThere = row => /\d/.test(value(row));
    const compare = head.classList.contains("number")
      ? (one, other) => isThere(one) - isThere(other) || points(one) - points(other)
      : (one, other) => value(one).localeCompare(value(other));
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const order = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
      heads.forEach(each => each.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", order);
      const rows = [...table.tBodies[0].rows].sort(compare);
      table.tBodies[0].append(...(order === "ascending" ? rows : rows.reverse()));
    });
  });
}
