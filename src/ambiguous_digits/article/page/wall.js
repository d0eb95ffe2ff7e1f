// The wall: filtered, sorted, and each digit's file, which has an address of its own.

{
  const FEW = 60; // how many are shown before somebody asks for all

  const VERDICTS = ["against the label", "two readings", "scattered", "clear"];
  const SORTS = {
    "label doubt": (file) => -file.label_doubt,
    "low confidence": (file) => -file.low_confidence,
    "disagreement of the networks": (file) => -file.disagreement,
    "number": (file) => file.index,
  };

  const hang = (figure) => {
    const list = figure.querySelector(".bricks");
    const bricks = new Map([...list.children].map((brick) => [brick.id, brick]));
    const count = element("p", { role: "status", class: "count" });
    const all = element("button", { type: "button", onclick: () => { few = false; arrange(); list.children[FEW].querySelector("a").focus(); } });
    let few = true;

    const select = (label, options) => {
      const box = element("select", { "aria-label": label, onchange: () => arrange() }, ...options.map(([value, text]) => element("option", { value }, text)));
      return [box, element("label", {}, element("span", {}, label), box)];
    };
    const any = ["", "any"];
    const names = JSON.parse(list.dataset.names).map((name, k) => [String(k), name]);
    const [part, partLabel] = select("Part", [any, ["test", "test digits"], ["train", "training digits"]]);
    const [verdict, verdictLabel] = select("Verdict", [any, ...VERDICTS.map((name) => [name, name])]);
    const [label, labelLabel] = select("Label", [any, ...names]);
    const [choice, choiceLabel] = select("Networks say", [any, ...names]);
    const [order, orderLabel] = select("Sort by", Object.keys(SORTS).map((name) => [name, name]));
    const people = element("input", { type: "checkbox", onchange: () => arrange() });
    const wrong = element("input", { type: "checkbox", onchange: () => arrange() });
    const clear = element("button", { type: "button", onclick: () => reset() }, "Clear the filters");

    const reset = () => {
      for (const box of [part, verdict, label, choice]) box.value = "";
      people.checked = wrong.checked = false;
      arrange();
      verdict.focus();
    };

    const fits = (file) =>
      (!part.value || file.split === part.value) &&
      (!verdict.value || file.verdict === verdict.value) &&
      (!label.value || file.label === Number(label.value)) &&
      (!choice.value || file.prediction === Number(choice.value)) &&
      (!people.checked || file.votes_label !== null) &&
      (!wrong.checked || file.prediction !== file.label);

    let found = null; // until somebody filters or sorts
    const arrange = () => {
      found = files.read().files.filter(fits);
      const by = SORTS[order.value];
      const part = (file) => (file.split === "test" ? 0 : 1);
      found.sort((a, b) => part(a) - part(b) || by(a) - by(b) || a.place - b.place);
      const shown = few ? found.slice(0, FEW) : found;
      list.replaceChildren(...shown.map((file) => bricks.get(file.key)));
      const total = files.read().files.length;
      const some = found.length === total ? `${total} digits` : `${found.length} of ${total} digits`;
      count.textContent = found.length ? some : "No digit fits. Remove a filter.";
      clear.hidden = found.length === total;
      all.hidden = shown.length === found.length;
      all.textContent = `Show the other ${found.length - shown.length}`;
    };

    const controls = element("div", { class: "filters", role: "group", "aria-label": "Filter and sort the wall" },
      verdictLabel, labelLabel, choiceLabel, partLabel, orderLabel,
      element("label", { class: "tick" }, people, "people were asked"),
      element("label", { class: "tick" }, wrong, "networks and label differ"));
    list.before(controls, element("div", { class: "buttons" }, count, clear));
    list.after(element("p", { class: "buttons" }, all));
    clear.hidden = true;

    // Before somebody uses it nothing is read: the first bricks stay, in the order of the page.
    const total = bricks.size;
    count.textContent = `${total} digits`;
    list.replaceChildren(...[...bricks.values()].slice(0, FEW));
    all.hidden = total <= FEW;
    all.textContent = `Show the other ${total - FEW}`;

    const dialog = fileDialog(list, (file) => (found?.includes(file) ? found : files.read().files));
    const follow = () => {
      const key = location.hash.slice(1);
      if (key.startsWith("digit-") && files.read().byKey.has(key)) dialog.open(files.read().byKey.get(key));
      else dialog.left();
    };
    list.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      history.pushState("file", "", link.hash); // so that the browser's Back closes it
      follow();
    });
    addEventListener("hashchange", follow);
    addEventListener("load", follow); // not before: the browser, too, goes to the address
    addEventListener("beforeprint", () => list.replaceChildren(...bricks.values()));
    addEventListener("afterprint", arrange);
  };

  // What each network says of a digit: for every class one thin bar a network.
  const barsOf = (file) => {
    const { names } = files.read();
    const columns = names.map((name, k) => {
      const bars = file.networks.map((says) => element("i", { style: `height: ${(100 * says[k]) / 255}%` }));
      const kind = k === file.label && k === file.prediction ? "agree" : k === file.label ? "truth" : k === file.prediction ? "prediction" : "";
      const mark = `${k === file.prediction ? "▲" : ""}${k === file.label ? "●" : ""}`;
      return element("span", { class: kind }, element("span", { class: "column" }, ...bars), element("b", {}, name), element("small", {}, mark));
    });
    const mean = names.map((_, k) => file.networks.reduce((sum, says) => sum + says[k] / 255, 0) / file.networks.length);
    const order = [...mean.keys()].sort((a, b) => mean[b] - mean[a]).slice(0, 3).filter((k) => mean[k] >= 0.005);
    const said = `Together they say ${listing(order.map((k) => `${names[k]} with ${percent(mean[k])}`))}.`;
    return [
      element("div", { class: "networks", "aria-hidden": "true" }, ...columns),
      element("p", { class: "quiet" }, `${said} Each thin bar is one network; ▲ their answer, ● the label.`),
    ];
  };

  const rank = (file) => {
    const all = files.read().of[file.split].toLocaleString("en");
    const [low, high] = [file.rank_label_doubt_low, file.rank_label_doubt_high].map((each) => each?.toLocaleString("en"));
    const redrawn = low === high ? "the same in nine of ten redraws of the networks" : `in nine of ten redraws of the networks between ${low} and ${high}`;
    const part = file.split === "test" ? "test" : "training";
    return `By doubt in its label it is number ${file.rank_label_doubt.toLocaleString("en")} of ${all} ${part} digits${low ? ` (${redrawn})` : ""}.`;
  };

  // Of two readings, which: the rival, and the label or else the networks' choice.
  const verdictOf = (file) => {
    const { names } = files.read();
    if (file.verdict !== "two readings") return file.verdict;
    const two = [file.rival === file.prediction ? file.label : file.prediction, file.rival].sort((a, b) => a - b);
    return `two readings, ${names[two[0]]} or ${names[two[1]]}`;
  };

  // The file of one digit at a time. neighbours: of a file, the row in which it stands.
  const fileDialog = (list, neighbours) => {
    const dialog = element("dialog", { class: "file", "aria-labelledby": "file-title" });
    document.body.append(dialog);
    let key; // of the digit whose file is open
    const close = () => dialog.close();
    dialog.addEventListener("close", () => {
      if (history.state === "file") history.back();
      else if (location.hash === `#${key}`) history.replaceState(null, "", location.pathname);
      const link = list.querySelector(`a[href="#${key}"]`);
      if (link) link.focus({ preventScroll: true });
      else list.parentElement.querySelector("button:not([hidden])")?.focus(); // to show it
    });
    dialog.addEventListener("pointerdown", ({ target, clientX, clientY }) => {
      const { left, right, top, bottom } = dialog.getBoundingClientRect();
      const outside = clientX < left || clientX > right || clientY < top || clientY > bottom;
      if (target === dialog && outside) close();
    });
    dialog.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === "ArrowRight") dialog.querySelector("[data-step='1']")?.click();
      if (event.key === "ArrowLeft") dialog.querySelector("[data-step='-1']")?.click();
    });

    const open = (file, came) => {
      const { names } = files.read();
      const row = neighbours(file), place = row.indexOf(file);
      const step = (by, text) => element("button", {
        type: "button", "data-step": by, disabled: !row[place + by],
        onclick: () => {
          history.replaceState(history.state, "", `#${row[place + by].key}`);
          open(row[place + by], by);
        },
      }, text);
      const alike = file.alike.length
        ? [element("h3", {}, "Clear training digits that look most alike"), element("p", { class: "quiet" }, "Compared by what the first network sees in each picture just before it decides."), element("p", {}, ...files.families(file, file.alike))]
        : [];
      dialog.replaceChildren(
        element("div", { class: "buttons" }, step(-1, "← Previous"), step(1, "Next →"), element("button", { type: "button", class: "close", onclick: close }, "Close")),
        element("h2", { id: "file-title" }, file.title),
        element("div", { class: "open" },
          files.thumb(file.place, 224, file.title),
          element("div", {},
            element("p", { class: "sentence" }, `Meant as ${names[file.label]}. Together the networks say ${names[file.prediction]}. Verdict: ${verdictOf(file)}.`),
            ...(file.eye ? [element("p", { class: "eye" }, file.eye)] : []),
            element("p", {}, rank(file)),
            element("p", { class: "quiet" }, "Link to this file: ", element("a", { href: `#${file.key}` }, `#${file.key}`)))),
        element("h3", {}, "What each network says"), ...barsOf(file),
        element("h3", {}, "The witnesses"), files.witnesses(file),
        ...alike);
      key = file.key;
      if (dialog.open) (dialog.querySelector(`[data-step='${came}']:enabled`) ?? dialog.querySelector("button:enabled")).focus();
      else dialog.showModal();
      dialog.scrollTop = 0;
    };
    return { open, left: () => dialog.open && close() };
  };

  document.querySelectorAll("figure.wall").forEach(hang);
}
