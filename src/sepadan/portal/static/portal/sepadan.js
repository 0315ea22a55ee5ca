// Sepadan: small comforts. Every page works without this file. No dependencies, nothing is sent anywhere.
"use strict";
(() => {
  const cells = () => document.querySelectorAll(".cell[open]");

  // An open origin closes on Escape (focus returns to its number) and on a press elsewhere.
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const cell of cells()) {
      cell.open = false;
      if (cell.contains(document.activeElement)) cell.querySelector("summary").focus();
    }
  });
  addEventListener("pointerdown", (event) => {
    for (const cell of cells()) if (!cell.contains(event.target)) cell.open = false;
  });

  // A floating origin that would leave the screen opens to the other side.
  addEventListener("toggle", (event) => {
    const cell = event.target;
    if (!(cell instanceof HTMLElement) || !cell.open || !cell.matches(".cell")) return;
    const origin = cell.querySelector(".origin");
    const box = origin.getBoundingClientRect();
    if (box.right > document.documentElement.clientWidth) cell.classList.add("end");
    else if (box.left < 0) cell.classList.remove("end");
  }, true);

  addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-close], [data-print]");
    if (!button) return;
    if (button.matches("[data-print]")) print();
    else button.parentElement.remove();
  });

  // A slider and the box it belongs to show the same number: <input type="range" data-twin="id of the box">.
  addEventListener("input", (event) => {
    const source = event.target;
    if (!(source instanceof HTMLInputElement)) return;
    if (source.dataset.twin) {
      const box = document.getElementById(source.dataset.twin);
      if (box) box.value = new Intl.NumberFormat(document.documentElement.lang).format(source.value);
    } else if (source.id) {
      const slider = document.querySelector(`input[type="range"][data-twin="${CSS.escape(source.id)}"]`);
      const digits = source.value.replace(/\D/g, "");
      if (slider && digits) slider.value = digits;
    }
  });

  // A table that fits its region scrolls with the page, and its head stays in sight.
  const fit = () => {
    for (const region of document.querySelectorAll(".scroll:not(.tall)")) {
      region.classList.remove("fits");
      region.classList.toggle("fits", region.scrollWidth <= region.clientWidth);
    }
  };
  addEventListener("resize", fit);
  addEventListener("load", fit);

  document.addEventListener("DOMContentLoaded", () => {
    for (const one of document.querySelectorAll("[data-close][hidden], [data-print][hidden]")) one.hidden = false;
    document.querySelector("[data-focus]")?.focus();
  });
})();
