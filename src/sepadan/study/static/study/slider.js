// The slider fills the field beside it and, when it rests, asks the same page again and takes over the results alone: the
// slider keeps the focus, the address is the new household. Without this script the field and its button do it.
"use strict";
(() => {
  const RESTS_MS = 250;
  for (const slider of document.querySelectorAll("input[data-slides]")) {
    const field = document.getElementById(slider.dataset.slides);
    const results = slider.dataset.result.split(" ").map((id) => document.getElementById(id));
    let timer, asked;

    const write = () => {
      field.value = (Number(slider.value) * 1000000).toLocaleString(document.documentElement.lang === "en" ? "en" : "id");
      slider.setAttribute("aria-valuetext", "Rp" + field.value);
    };

    const ask = async () => {
      asked?.abort();
      asked = new AbortController();
      const address = location.pathname + "?" + new URLSearchParams(new FormData(slider.form));
      try {
        const answer = await fetch(address, { signal: asked.signal });
        if (!answer.ok) throw new Error(answer.status);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const one of results) one.replaceChildren(...page.getElementById(one.id).childNodes);
        history.replaceState(null, "", address);
        for (const link of document.querySelectorAll(".lang a, link[hreflang]")) {
          link.href = new URL(link.href).pathname + location.search;
        }
      } catch (error) {
        if (error.name !== "AbortError") slider.form.requestSubmit();
      }
    };

    slider.addEventListener("input", () => {
      write();
      clearTimeout(timer);
      timer = setTimeout(ask, RESTS_MS);
    });
  }
})();
