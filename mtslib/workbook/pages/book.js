// A slider of the notebooks as a native range input over the frames that stand in the page.
let sliders = 0;
for (const box of document.querySelectorAll(".mts-slider")) {
  const frames = [...box.querySelectorAll(".mts-frame")].sort((a, b) => a.dataset.index - b.dataset.index);
  const start = frames.findIndex(frame => !frame.closest("details"));
  box.replaceChildren(...frames);
  const id = `slider-${++sliders}`;
  const control = document.createElement("div");
  control.className = "control";
  const label = Object.assign(document.createElement("label"), { htmlFor: id, textContent: box.dataset.label });
  const input = Object.assign(document.createElement("input"), { id, type: "range", min: 0, max: frames.length - 1, step: 1 });
  const output = Object.assign(document.createElement("output"), { htmlFor: id });
  control.append(label, input, output);
  box.prepend(control);
  const show = () => {
    frames.forEach((frame, index) => { frame.hidden = index !== Number(input.value); });
    output.textContent = frames[input.value].dataset.position;
    input.setAttribute("aria-valuetext", output.textContent);
  };
  for (const frame of frames) frame.querySelector("p").remove(); // the output says it
  input.value = start;
  input.addEventListener("input", show);
  show();
}

// What is wider than the page can be scrolled with the keyboard too.
for (const area of document.querySelectorAll(".output_area, .contents, math[display=block]")) {
  if (area.scrollWidth > area.clientWidth || area.scrollHeight > area.clientHeight) area.tabIndex = 0;
}

// The search of the index: sections that hold every word, headings first.
const query = document.getElementById("query");
if (query) {
  const sections = JSON.parse(document.getElementById("sections").textContent);
  const found = document.getElementById("found"), count = document.getElementById("count");
  const link = section => {
    const item = document.createElement("li"), way = document.createElement("a");
    way.href = section.page + (section.anchor ? `#${section.anchor}` : "");
    way.textContent = section.anchor ? `${section.chapter}: ${section.heading}` : section.chapter;
    item.append(way);
    return item;
  };
  const excerpt = (text, word) => {
    const at = text.toLowerCase().indexOf(word), from = Math.max(0, at - 60);
    const line = document.createElement("div"), mark = document.createElement("mark");
    if (at < 0) return line;
    mark.textContent = text.slice(at, at + word.length);
    line.append((from ? "…" : "") + text.slice(from, at), mark, text.slice(at + word.length, at + 100) + "…");
    return line;
  };
  const search = () => {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const hits = words.length === 0 ? [] : sections
      .filter(s => words.every(word => `${s.heading} ${s.words}`.toLowerCase().includes(word)))
      .map(s => [words.filter(word => s.heading.toLowerCase().includes(word)).length, s])
      .sort((a, b) => b[0] - a[0]).map(pair => pair[1]);
    count.textContent = words.length === 0 ? "" : `${hits.length} ${hits.length === 1 ? "place" : "places"}`;
    found.replaceChildren(...hits.slice(0, 40).map(section => {
      const item = link(section);
      item.append(excerpt(section.words, words[0]));
      return item;
    }));
  };
  query.addEventListener("input", search);
  query.form.addEventListener("submit", event => event.preventDefault());
}
