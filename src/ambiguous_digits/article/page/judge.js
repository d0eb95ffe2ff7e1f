// You be the judge: one digit after another, with the choice that people had.
// Answers live on this page only, and both games know those of the other.

{
  const answered = new Map(); // index -> the class that was chosen, or null for neither
  const boards = []; // both games

  const shuffled = (items) => {
    const order = items.map((item) => [Math.random(), item]);
    return order.sort(([a], [b]) => a - b).map(([, item]) => item);
  };

  // What most people chose: a class, null for neither, undefined where no choice has the most.
  const majority = (file) => {
    const counts = [file.votes_label, file.votes_rival, file.votes_neither];
    const most = Math.max(...counts);
    if (counts.filter((count) => count === most).length > 1) return undefined;
    return [file.label, file.votes_offered, null][counts.indexOf(most)];
  };

  const share = (file, choice) => {
    const people = choice === file.label ? file.votes_label : choice === null ? file.votes_neither : file.votes_rival;
    return { people, networks: choice === null ? 0 : file.votes[choice] };
  };

  const of = (count, all, what) => (count === all ? `all ${inWords(all)} ${what}` : `${inWords(count)} of ${inWords(all)} ${what}`);

  // "You and all five people say 0. All twenty networks say 7. The label is 0."
  const sentence = (file, choice) => {
    const { names } = files.read();
    const choices = [...new Set([choice, file.label, file.votes_offered, null, ...file.answers])];
    const groups = choices.map((k) => {
      const { people, networks } = k === null || k === file.label || k === file.votes_offered ? share(file, k) : { people: 0, networks: file.votes[k] };
      const who = [k === choice && "you", people && of(people, 5, "people"), networks && of(networks, file.networks.length, "networks")];
      return { k, who: who.filter(Boolean), size: people / 5 + networks / file.networks.length };
    });
    const [mine, ...others] = groups;
    others.sort((a, b) => b.size - a.size);
    const heard = others.filter(({ who, size }) => who.length && size > 0.1); // a lone network is in the list below
    const told = [mine, ...heard].map(({ k, who }) => {
      const says = who.length === 1 && /^one /.test(who[0]) ? "says" : "say";
      return `${capital(listing(who))} ${says} ${k === null ? "neither" : names[k]}.`;
    });
    return `${told.join(" ")} The label is ${names[file.label]}.`;
  };

  const signs = { both: "●", people: "◐", networks: "◑", nobody: "○" };

  const sign = (file, choice) => {
    const people = majority(file) === choice, networks = file.prediction === choice;
    return signs[people && networks ? "both" : people ? "people" : networks ? "networks" : "nobody"];
  };

  // With whom the reader sided: each witness, on how many digits; a tie counts for nobody.
  const sides = (asked) => {
    const told = asked.map(([file, choice]) => ({
      "the label": choice === file.label,
      "the networks": choice === file.prediction,
      people: choice === majority(file),
    }));
    const counts = ["people", "the networks", "the label"].map((who) => [who, told.filter((each) => each[who]).length]);
    return counts.sort(([, a], [, b]) => b - a);
  };

  const strangest = (asked) => {
    const support = ([file, choice]) => {
      const { people, networks } = share(file, choice);
      return people / 5 + networks / file.networks.length + (choice === file.label) / 10;
    };
    return asked.reduce((least, each) => (support(each) < support(least) ? each : least));
  };

  const verdict = (asked, again) => {
    const { names } = files.read();
    const [[, most]] = sides(asked);
    const counts = sides(asked).map(([name, count]) => `with ${name} on ${count || "none"}`);
    const alone = strangest(asked);
    const { people, networks } = share(...alone);
    const company = [
      alone[1] === alone[0].label && "the label",
      people && of(people, 5, "people"),
      networks && of(networks, alone[0].networks.length, "networks"),
    ].filter(Boolean);
    const ahead = sides(asked).filter(([, count]) => count === most).map(([name]) => name);
    const side = 2 * most < asked.length ? "You go your own way: " : ahead.length > 2 ? "You side with all alike: " : `You side with ${listing(ahead)}${ahead.length > 1 ? " alike" : ""}: `;
    const row = asked.map((each) => sign(...each)).join("");
    const text = `Which handwritten digits are the most ambiguous? I judged ${asked.length}: ${row}`;
    const copied = element("span", { role: "status" });
    const field = element("textarea", { readonly: true, rows: Math.ceil(text.length / 34), "aria-label": "A row of signs to copy" });
    field.value = text;
    const copy = async () => {
      const done = await navigator.clipboard?.writeText(text).then(() => true, () => false);
      if (!done) field.select();
      copied.textContent = done ? "Copied." : "Selected: copy it by Ctrl and C.";
    };
    return [
      element("p", { class: "sentence" }, side, `of ${asked.length} digits, you agree ${listing(counts)}.`),
      element("p", {}, `Your loneliest answer: ${alone[1] === null ? "neither" : names[alone[1]]} for number ${alone[0].index}. ${company.length ? `With you: ${listing(company)}.` : "Nobody else said so."}`),
      element("p", { class: "quiet" }, "Where the five people tie, they agree with nobody."),
      field,
      element("p", { class: "quiet" }, "● with most people and the networks, ◐ with most people only, ◑ with the networks only, ○ with nobody. The signs do not give the answers away."),
      element("p", { class: "buttons" }, element("button", { type: "button", onclick: copy }, "Copy the signs"), ...again, copied),
    ];
  };

  const play = (figure) => {
    const { ask, more, names } = JSON.parse(figure.querySelector("script").textContent);
    const pictures = [...figure.querySelectorAll("summary img")];
    const board = element("div", { class: "game", tabindex: -1 });
    const alone = ask.length === 1;
    let queue = ask, current;

    const fileOf = (index) => files.read().byKey.get(`digit-test-${index}`);

    const show = (focus) => {
      current = alone ? ask[0] : queue.find(([index]) => !answered.has(index));
      if (!current) return finish(focus);
      const [index, label, offered] = current;
      const known = ask.findIndex(([each]) => each === index);
      const picture = known >= 0 ? pictures[known].cloneNode() : files.thumb(fileOf(index).place, 224, `Test digit ${index}`);
      picture.classList.add("large");
      const choices = shuffled([label, offered, null]).map((k) =>
        element("button", { type: "button", "data-choice": k ?? "N", onclick: () => vote(k) }, k === null ? "neither" : names[k]));
      const done = queue.filter(([each]) => answered.has(each)).length;
      const count = alone ? "" : `Digit ${done + 1} of ${queue.length}. `;
      board.replaceChildren(
        picture,
        element("div", {},
          element("p", { class: "question" }, `${count}Number ${index}. What is it?`),
          element("p", { class: "buttons choices", role: "group", "aria-label": "Your answer" }, ...choices),
          element("div", { role: "status", class: "result" }),
          element("p", { class: "quiet" }, element("span", { class: "keys" }, "On a keyboard, from any button here: the digit, N for neither, Enter for the next. "), "Nothing is sent or stored.")));
      if (focus) reach(choices[0], board);
    };

    // What comes next has the focus, and is on the screen with all that belongs to it.
    const reach = (button, all) => {
      button.focus({ preventScroll: true });
      all.scrollIntoView({ block: "nearest" });
    };

    const vote = (choice) => {
      answered.set(current[0], choice);
      for (const { reveal } of boards) reveal(current[0], choice);
      const next = board.querySelector(".next > *");
      reach(next, next);
    };

    // The other game may have the same digit before it.
    const reveal = (index, choice) => {
      if (current?.[0] !== index) return;
      const file = fileOf(index);
      for (const button of board.querySelectorAll(".choices button")) {
        button.disabled = true;
        button.setAttribute("aria-pressed", button.dataset.choice === String(choice ?? "N"));
      }
      const eye = file.eye ? [element("p", { class: "eye" }, file.eye)] : [];
      board.querySelector(".result").append(element("p", { class: "sentence" }, sentence(file, choice)), files.witnesses(file), ...eye);
      const next = alone
        ? element("button", { type: "button", onclick: () => boards.find((each) => !each.alone).show(true) }, "Judge nine more, further down")
        : element("button", { type: "button", onclick: () => show(true) }, queue.some(([each]) => !answered.has(each)) ? "Next" : "See the verdict");
      board.lastElementChild.lastElementChild.before(element("p", { class: "buttons next" }, next));
    };

    const finish = (focus) => {
      const asked = queue.filter(([index]) => answered.has(index)).map(([index]) => [fileOf(index), answered.get(index)]);
      const left = more.filter(([index]) => !answered.has(index));
      const goOn = () => { queue = [...ask, ...more]; show(true); };
      const again = left.length ? [element("button", { type: "button", onclick: goOn }, `${left.length} more`)] : [];
      board.replaceChildren(element("div", { class: "verdict", role: "status" }, ...verdict(asked, again)));
      if (focus) reach(board.querySelector("button"), board);
    };

    board.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("textarea")) return;
      const choice = [...board.querySelectorAll(".choices button")].find((button) =>
        event.key.toLowerCase() === button.dataset.choice.toLowerCase());
      if (choice && !choice.disabled) { choice.click(); event.preventDefault(); }
      else if (event.key === "Enter" && !event.target.matches("button, a")) { board.querySelector(".next > *")?.click(); event.preventDefault(); }
    });
    figure.classList.add("playing");
    figure.querySelector(".cards").after(board);
    boards.push({ alone, show, reveal });
    show(false);
  };

  if (document.querySelector("figure.wall")) document.querySelectorAll("figure.judge").forEach(play);
}
