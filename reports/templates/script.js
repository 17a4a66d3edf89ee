"use strict";
// The page works without this: a cell is a link to its panel. This adds keys: Esc closes, arrows walk the matrix.
const opened = () => document.querySelector(".panel:target");
const linkTo = (id) => [...document.querySelectorAll(".matrix a.box")].find((a) => decodeURIComponent(a.hash.slice(1)) === id);
let last = null;

addEventListener("hashchange", () => {
  const panel = opened();
  if (panel) {
    last = linkTo(panel.id);
    panel.scrollTop = 0;
    panel.focus();
  } else if (last) {
    last.focus();
  }
});

function step(from, key) {
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const row = [...from.closest("tr").querySelectorAll("a.box")];
    return row[row.indexOf(from) + (key === "ArrowRight" ? 1 : -1)];
  }
  const column = from.closest("td").cellIndex;
  let row = from.closest("tr");
  while ((row = key === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling)) {
    const box = row.cells[column].querySelector("a.box");
    if (box) return box;
  }
  return undefined;
}

addEventListener("keydown", (event) => {
  const panel = opened();
  if (event.key === "Escape" && panel) {
    location.hash = "matrix";
    return;
  }
  const arrow = event.key.startsWith("Arrow");
  const from = panel ? linkTo(panel.id) : document.activeElement.closest(".matrix a.box");
  const sideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
  if (!arrow || !from || (panel && (!sideways || event.target !== panel))) return;
  const to = step(from, event.key);
  if (!to) return;
  event.preventDefault();
  if (panel) location.hash = to.hash;
  else to.focus();
});

document.addEventListener("click", (event) => {
  if (opened() && !event.target.closest(".panel") && !event.target.closest("a")) location.hash = "matrix";
});
