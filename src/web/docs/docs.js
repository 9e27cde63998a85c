// The filter of the reference, and opening what a link points at. Without a script the page is whole, and closed.
const filter = document.getElementById("filter");
const found = document.getElementById("found");
const entries = [...document.querySelectorAll("main details")].map((element) => ({
  element,
  text: element.querySelector("summary").textContent.toLowerCase(),
}));

filter.addEventListener("input", () => {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { element, text } of entries) {
    element.hidden = !words.every((word) => text.includes(word));
    if (!element.hidden) shown += 1;
  }
  for (const section of document.querySelectorAll("main section")) {
    section.hidden = !section.querySelector("details:not([hidden])");
  }
  found.textContent = words.length ? `${shown} found` : "";
});

/** What a link points at is shown, whatever the filter says. */
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!(target instanceof HTMLDetailsElement)) return;
  target.hidden = false;
  target.closest("section").hidden = false;
  target.open = true;
  target.scrollIntoView();
}

addEventListener("hashchange", openTarget);
openTarget();
