// What the exhibits share: the files of all digits on the wall, and how witnesses are shown.
// Nothing is read before somebody asks.

const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
};

const inWords = (n) =>
  "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split(" ")[n] ?? `${n}`;
const capital = (text) => text[0].toUpperCase() + text.slice(1);
const listing = (parts) => [parts.slice(0, -1).join(", "), parts.at(-1)].filter(Boolean).join(" and ");
const percent = (share) => {
  if (share > 0 && share < 0.005) return "< 1 %";
  return share < 1 && share >= 0.995 ? "> 99 %" : `${Math.round(100 * share)} %`;
};

const files = (() => {
  let known;
  const read = () => {
    if (known) return known;
    const content = JSON.parse(document.querySelector("figure.wall script").textContent);
    for (const file of content.files) {
      const bytes = Uint8Array.from(atob(file.said), (letter) => letter.charCodeAt(0));
      const classes = content.names.length;
      file.networks = Array.from({ length: bytes.length / classes }, (_, m) => bytes.slice(m * classes, (m + 1) * classes));
      file.answers = file.networks.map((says) => says.indexOf(Math.max(...says)));
      file.votes = content.names.map((_, k) => file.answers.filter((answer) => answer === k).length);
      file.key = `digit-${file.split}-${file.index}`;
      file.title = `${file.split === "test" ? "Test" : "Training"} digit ${file.index}`;
    }
    content.files.forEach((file, place) => { file.place = place; });
    known = { ...content, byKey: new Map(content.files.map((file) => [file.key, file])) };
    return known;
  };

  // A picture of the sprite, `size` pixels wide; without a name it is not heard.
  const thumb = (place, size, name) => {
    const { columns } = read();
    const style = `--x: ${place % columns}; --y: ${Math.floor(place / columns)}; --side: ${size}px`;
    return element("span", { class: "thumb", style, ...(name ? { role: "img", "aria-label": name } : { "aria-hidden": "true" }) });
  };

  // The answer of somebody, in a shape of its own: networks are squares, people are dots.
  const answer = (shape, k, label) => {
    const { names } = read();
    return element("span", { class: `${shape} ${k === label ? "agree" : k === null ? "none" : "other"}` }, k === null ? "–" : names[k]);
  };

  const row = (who, said, ...shown) =>
    element("div", { class: "witness" }, element("dt", {}, who), element("dd", {}, element("span", { class: "unseen" }, said), ...shown));

  const tally = (counts) => {
    const { names } = read();
    const order = counts.map((count, k) => [count, k]).filter(([count]) => count).sort(([a], [b]) => b - a);
    return listing(order.map(([count, k]) => `${inWords(count)} ${names[k]}`));
  };

  const peopleSaid = (file) => {
    const { names } = read();
    const counts = [file.votes_label, file.votes_rival, file.votes_neither];
    const words = [names[file.label], names[file.votes_offered], "neither"];
    return listing(counts.map((count, i) => (count ? `${inWords(count)} ${words[i]}` : "")).filter(Boolean));
  };

  // What the four witnesses say of a digit: a list of definitions.
  const witnesses = (file) => {
    const { names } = read();
    const hidden = (node) => { node.setAttribute("aria-hidden", "true"); return node; };
    const shapes = (shape, said) => hidden(element("span", { class: "answers" }, ...said.map((k) => answer(shape, k, file.label))));
    const count = file.networks.length;
    const network = `${capital(inWords(count))} network${count > 1 ? "s" : ""}`;
    const rows = [
      row("The label", names[file.label], shapes("label", [file.label])),
      row(file.split === "test" ? network : `${network} that never saw it`, tally(file.votes), shapes("square", [...file.answers].sort((a, b) => file.votes[b] - file.votes[a]))),
    ];
    if (file.votes_label !== null) {
      const dots = [[file.label, file.votes_label], [file.votes_offered, file.votes_rival], [null, file.votes_neither]];
      rows.push(row("Five people", peopleSaid(file), shapes("dot", dots.flatMap(([k, n]) => Array(n).fill(k)))));
    }
    if (file.hand.length) rows.push(element("div", { class: "witness" }, element("dt", {}, "The same hand wrote"), element("dd", {}, ...families(file, file.hand))));
    return element("div", { class: "witnesses" }, element("dl", {}, ...rows), element("p", { class: "quiet" }, "Squares are networks, circles are people. Green agrees with the label."));
  };

  // Rows of pictures, one for each of the two readings.
  const families = (file, groups) =>
    groups.map((places, i) => {
      const name = read().names[file.pair[i]];
      const pictures = places.map((place) => thumb(place, 42));
      const heard = element("span", { class: "unseen" }, `${inWords(pictures.length)} picture${pictures.length === 1 ? "" : "s"} of `);
      return element("span", { class: "family" }, heard, element("b", { class: i ? "prediction" : "truth" }, name), ...(pictures.length ? pictures : [element("i", { "aria-hidden": "true" }, "none")]));
    });

  return { read, thumb, witnesses, families, tally, peopleSaid };
})();
