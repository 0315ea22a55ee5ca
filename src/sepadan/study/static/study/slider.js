// The slider fills the field beside it and asks again when it is let go. Without this script the field does it alone.
for (const slider of document.querySelectorAll("input[data-slides]")) {
  const field = document.getElementById(slider.dataset.slides);
  const write = () => {
    field.value = (Number(slider.value) * 1000000).toLocaleString(document.documentElement.lang === "en" ? "en" : "id");
    slider.setAttribute("aria-valuetext", "Rp" + field.value);
  };
  slider.addEventListener("input", write);
  slider.addEventListener("change", () => { write(); slider.form.requestSubmit(); });
}
