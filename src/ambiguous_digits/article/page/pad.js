// The pad: networks look over the reader's shoulder while a digit is drawn or rubbed out.
//
// The markup is pad.html.j2's. Its JSON holds the digits and the networks, which stay packed until
// the reader first touches anything. First come pure functions, which know nothing of the page and
// are returned to whoever evaluates this file: the tests. `start` brings one figure to life.
(() => {
  "use strict";

  const SIDE = 28; // pixels along a picture, as the networks see it
  const CELL = 10; // pixels of the canvas along one of those
  const SIZE = SIDE * CELL;
  const DRAWN = 20; // MNIST fitted each digit into so many pixels,
  const CENTRE = 14; // and moved its centre of mass here: the mean index of the pixels, from 0
  const INKED = 64; // the least alpha that counts as ink: an eraser leaves a fringe of less
  const SURE = 85; // percent that one class gets from a network that is sure, or two if it sees no third
  const DRAG = 30; // canvas pixels that count as one more dab
  const TOOLS = {
    pen: { width: 23, operation: "source-over" },
    eraser: { width: 30, operation: "destination-out" },
  };
  const BLANK = "Draw your own. It is scaled and centred as MNIST’s digits were, before they see it.";
  const UNPACKING = "Unpacking the networks…";
  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const KEYS = { " ": "pen", x: "eraser", X: "eraser" };

  // Networks

  const bytes = (base64) => {
    const letters = atob(base64);
    return new Uint8Array(letters.length).map((_, i) => letters.charCodeAt(i));
  };

  const inflated = (packed) => {
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Response(stream).arrayBuffer();
  };

  /** The layers of each network. `shapes`: of one network's weights, kernel and bias in turn. */
  const unpack = (buffer, shapes) => {
    const kernels = shapes.filter((_, i) => i % 2 === 0);
    const networks = [];
    let at = 0;
    const floats = (count) => new Float32Array(buffer.slice(at, (at += 4 * count)));
    while (at < buffer.byteLength) {
      networks.push(kernels.map((shape) => {
        const outputs = shape.at(-1);
        const [scales, bias] = [floats(outputs), floats(outputs)];
        const codes = new Int8Array(buffer, at, shape.reduce((a, b) => a * b));
        at += codes.length;
        return { shape, bias, kernel: new Float32Array(codes).map((code, i) => code * scales[i % outputs]) };
      }));
    }
    return networks;
  };

  // What goes into a unit: the inputs that are not 0, and where in the kernel the row of each begins.
  const inputs = new Float64Array(4096);
  const starts = new Int32Array(4096);

  /** Add to `sums` the first `count` inputs, each times its row: here goes nearly all the time. */
  const add = (sums, count, kernel) => {
    inputs.fill(0, count, count + 3); // four at once: up to three more, of no weight
    starts.fill(0, count, count + 3);
    for (let j = 0; j < count; j += 4) {
      const [a, b, c, d] = [inputs[j], inputs[j + 1], inputs[j + 2], inputs[j + 3]];
      const [p, q, r, s] = [starts[j], starts[j + 1], starts[j + 2], starts[j + 3]];
      for (let i = 0; i < sums.length; i++) {
        sums[i] += a * kernel[p + i] + b * kernel[q + i] + c * kernel[r + i] + d * kernel[s + i];
      }
    }
  };

  /** A 3 × 3 convolution, then the largest of each 2 × 2 of its places, and no less than 0. */
  const convolved = (values, side, { shape: [, , channels, outputs], kernel, bias }) => {
    const half = (side - 2) >> 1; // a last odd row and column are left out
    const pooled = new Float64Array(half * half * outputs);
    const sums = new Float64Array(outputs);
    for (let y = 0; y < 2 * half; y++) {
      for (let x = 0; x < 2 * half; x++) {
        let count = 0;
        for (let tap = 0; tap < 9; tap++) {
          const from = ((y + Math.floor(tap / 3)) * side + x + (tap % 3)) * channels;
          for (let i = 0; i < channels; i++) {
            if (values[from + i] === 0) continue;
            inputs[count] = values[from + i];
            starts[count++] = (tap * channels + i) * outputs;
          }
        }
        sums.set(bias);
        add(sums, count, kernel);
        const into = ((y >> 1) * half + (x >> 1)) * outputs;
        for (let i = 0; i < outputs; i++) pooled[into + i] = Math.max(pooled[into + i], sums[i]);
      }
    }
    return pooled;
  };

  /** A dense layer, to which inputs below 0 are 0: the ReLU of the layer before it. */
  const connected = (values, { kernel, bias }) => {
    const sums = new Float64Array(bias);
    let count = 0;
    for (let i = 0; i < values.length; i++) {
      if (values[i] <= 0) continue;
      inputs[count] = values[i];
      starts[count++] = i * sums.length;
    }
    add(sums, count, kernel);
    return sums;
  };

  /** What a network says of 28 × 28 bytes of ink: a logit for each class. */
  const logits = (layers, pixels) => {
    let values = new Float64Array(pixels).map((ink) => ink / 255);
    let side = SIDE;
    for (const layer of layers) {
      if (layer.shape.length === 4) {
        values = convolved(values, side, layer);
        side = (side - 2) >> 1;
      } else {
        values = connected(values, layer);
      }
    }
    return values;
  };

  const softmax = (values) => {
    const powers = Array.from(values, (value) => Math.exp(value - Math.max(...values)));
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / sum);
  };

  // Sentences

  /** A network's probabilities, its likeliest class, whether it is sure, and the two that it sees. */
  const opinion = (probs) => {
    const [first, second] = probs.map((_, k) => k).sort((a, b) => probs[b] - probs[a]);
    const pair = [first, second].sort((a, b) => a - b);
    const [sure, two] = [probs[first], probs[first] + probs[second]].map((p) => Math.round(100 * p) >= SURE);
    return { probs, first, sure, pair, two };
  };

  /** How much a picture stirs the networks: the mean of their top logits. */
  const strength = (answers) => answers.reduce((sum, some) => sum + Math.max(...some), 0) / answers.length;

  const percent = (p) => `${p >= 0.995 && p < 1 ? ">\u00a099" : Math.round(100 * p)}\u00a0%`;
  const word = (number) => ["no", "one", "two", "three", "four", "five"][number] ?? String(number);

  /** "four are sure of 9", "three lean to 7, two to 2": of opinions, the class of the most first. */
  const tally = (opinions, one, more, particle, names) => {
    const votes = names.map((name, k) => [name, opinions.filter(({ first }) => first === k).length]);
    const told = votes.filter(([, count]) => count).sort(([, a], [, b]) => b - a);
    const verb = told[0][1] === 1 ? one : more;
    return told.map(([name, n], i) => `${word(n)} ${i ? "" : `${verb} `}${particle} ${name}`).join(", ");
  };

  /** What the networks' opinions come to. names: of the classes; drawn: by the reader, so that nobody
      knows what it is; faint: less strength in it than in 99 of 100 digits that all are sure of. */
  const sentence = (opinions, names, { drawn = false, faint = false } = {}) => {
    const all = word(opinions.length);
    const sure = opinions.filter((each) => each.sure);
    const others = opinions.filter((each) => !each.sure);
    const alike = (some) => some.every(({ first }) => first === some[0].first);
    const told = ([start, ...rest]) => `${start.toUpperCase()}${rest.join("")}.`;
    const convinced = sure.length ? tally(sure, "is sure", "are sure", "of", names) : "none is sure";
    const [{ first, pair }] = opinions;

    if (!alike(sure)) return `${told(convinced)} Somebody is wrong, and has no idea.`;
    if (!others.length) {
      const doubt = ". But 99 in 100 clear digits excite them more than this: it may be no digit at all";
      return `All ${all} are sure: ${names[first]}${faint ? doubt : drawn ? ", whatever you drew" : ""}.`;
    }
    const two = opinions.every((each) => each.two && String(each.pair) === String(pair));
    const torn = `torn between ${names[pair[0]]} and ${names[pair[1]]}`;
    const leaning = tally(others, "leans", "lean", "to", names);
    if (alike(opinions)) {
      const few = ["none is", "only one is"][sure.length] ?? `${word(sure.length)} are`;
      if (two && !sure.length) return `Each of the ${all} is ${torn}, and leans to ${names[first]}.`;
      const other = two ? ` The other reading is ${names[pair.find((k) => k !== first)]}.` : "";
      return `All ${all} say ${names[first]}; ${few} sure.${other}`;
    }
    if (two && !sure.length) return `The ${all} are ${torn}: ${leaning}.`;
    const each = told(`${convinced}; ${leaning}`);
    return two ? `The ${all} see ${names[pair[0]]} or ${names[pair[1]]}. ${each}` : each;
  };

  /** A tap is one dab; a drag is one more for each 30 pixels of its way on the sheet. */
  const dabs = ({ points }) => {
    const inside = points.map((point) => point.every((at) => at >= 0 && at <= SIZE));
    const steps = points.slice(1).map(([x, y], i) =>
      inside[i] && inside[i + 1] ? Math.hypot(x - points[i][0], y - points[i][1]) : 0);
    return 1 + Math.floor(steps.reduce((a, b) => a + b, 0) / DRAG);
  };

  /** How the game stands: `count` dabs so far, how many of `all` say something else than at first. */
  const score = (count, flipped, all, best = count) => {
    const spent = `${word(count)} dab${count === 1 ? "" : "s"}`;
    if (!count) return `Flip all ${word(all)}: make each say something other than now, with the fewest dabs. A tap is one; a stroke counts by its length.`;
    if (flipped < all) return `After ${spent} ${flipped ? `${word(flipped)} of the ${word(all)} ${flipped === 1 ? "has" : "have"}` : `none of the ${word(all)} has`} flipped.`;
    return `All ${word(all)} have flipped, with ${spent}.${best < count ? ` Your best: ${word(best)}.` : ""}`;
  };

  // Pictures

  /** The mean of the canvas's ink in each cell: of a digit that nobody touched, its very bytes. */
  const averaged = (ink) => {
    const sums = new Float64Array(SIDE * SIDE);
    for (let y = 0, i = 0; y < SIZE; y++) {
      const row = Math.floor(y / CELL) * SIDE;
      for (let x = 0; x < SIZE; x++) sums[row + Math.floor(x / CELL)] += ink[i++];
    }
    return Uint8Array.from(sums, (sum) => Math.round(sum / CELL ** 2));
  };

  const inked = (alpha) => alpha >= INKED;

  /** [first, behind the last] of the columns and of the rows that have ink. */
  const box = (ink) => {
    const columns = new Uint8Array(SIZE);
    const rows = new Uint8Array(SIZE);
    ink.forEach((alpha, i) => {
      if (inked(alpha)) columns[i % SIZE] = rows[Math.floor(i / SIZE)] = 1;
    });
    return [columns, rows].map((has) => [has.indexOf(1), has.lastIndexOf(1) + 1]);
  };

  /** The ink as MNIST framed its own: the longer side scaled to 20 pixels, then all of it moved by
      whole pixels until its centre of mass is nearest to 14: in MNIST it is from 13.5 to 14.5. */
  const framed = (ink) => {
    const [[left, right], [top, bottom]] = box(ink);
    const step = Math.max(right - left, bottom - top) / DRAWN;
    const above = summed(ink);
    const area = (x, y) => above(x + step, y + step) - above(x, y + step) - above(x + step, y) + above(x, y);
    const scaled = new Float64Array(DRAWN ** 2).map(
      (_, i) => area(left + (i % DRAWN) * step, top + Math.floor(i / DRAWN) * step) / step ** 2,
    );
    const mass = scaled.reduce((a, b) => a + b);
    /** How far to move along an axis, and still lose nothing at the edge. */
    const shift = (along, length) => {
      const mean = scaled.reduce((sum, value, i) => sum + value * along(i), 0) / mass;
      const nearest = Math.ceil(CENTRE - 0.5 - mean - 1e-9);
      return Math.max(0, Math.min(SIDE - Math.ceil(length / step - 1e-9), nearest));
    };
    const across = shift((i) => i % DRAWN, right - left);
    const down = shift((i) => Math.floor(i / DRAWN), bottom - top);
    const pixels = new Uint8Array(SIDE * SIDE);
    scaled.forEach((value, i) => {
      const [x, y] = [across + (i % DRAWN), down + Math.floor(i / DRAWN)];
      if (x < SIDE && y < SIDE) pixels[y * SIDE + x] = Math.round(value);
    });
    return pixels;
  };

  /** A function (x, y) -> the ink above and to the left of a point, which may lie inside a pixel. */
  const summed = (alpha) => {
    const wide = SIZE + 1;
    const sums = new Float64Array(wide * wide);
    for (let y = 0; y < SIZE; y++) {
      for (let x = 0, row = 0; x < SIZE; x++) {
        row += alpha[y * SIZE + x];
        sums[(y + 1) * wide + x + 1] = sums[y * wide + x + 1] + row;
      }
    }
    return (x, y) => {
      const [i, j] = [x, y].map((value) => Math.min(SIZE - 1, Math.floor(value)));
      const [u, v] = [Math.min(1, x - i), Math.min(1, y - j)];
      const at = j * wide + i;
      return (1 - v) * ((1 - u) * sums[at] + u * sums[at + 1])
        + v * ((1 - u) * sums[at + wide] + u * sums[at + wide + 1]);
    };
  };

  // The page

  /** Pixels as black ink, each enlarged to zoom × zoom. */
  const picture = (pixels, zoom) => {
    const side = SIDE * zoom;
    const image = new ImageData(side, side);
    for (let i = 0; i < side * side; i++) {
      const row = Math.floor(i / side / zoom);
      image.data[4 * i + 3] = pixels[row * SIDE + Math.floor((i % side) / zoom)];
    }
    return image;
  };

  const paint = (context, { digit, blank, strokes }) => {
    context.putImageData(picture(blank ? new Uint8Array(SIDE ** 2) : digit.image, CELL), 0, 0);
    context.lineCap = context.lineJoin = "round";
    for (const { tool, points } of strokes) {
      const [[x, y], ...rest] = points;
      context.lineWidth = TOOLS[tool].width;
      context.globalCompositeOperation = TOOLS[tool].operation;
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x + 0.01, y); // a dot, if there is no more
      for (const point of rest) context.lineTo(...point);
      context.stroke();
    }
  };

  const start = (figure) => {
    const play = figure.querySelector(".pad-play");
    try {
      new DecompressionStream("deflate-raw");
    } catch {
      figure.querySelector(".pad-fault").hidden = false;
      return;
    }
    play.hidden = false;

    const data = JSON.parse(figure.querySelector("script").textContent);
    const { digits, classes } = data;
    for (const digit of digits) digit.image = bytes(digit.image);
    const find = (part) => play.querySelector(`.pad-${part}`);
    const [canvas, cursor, seen] = ["canvas", "cursor", "seen"].map(find);
    const [about, verdict, standing] = ["about", "sentence", "game"].map(find);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const [rows, buttons] = [".pad-networks li", "button"].map((part) => [...play.querySelectorAll(part)]);

    // What is on the pad: a digit or, in its place, a blank sheet, and the strokes since. A state is
    // never changed, but for its last stroke while that is drawn: to undo is to go back to one.
    let state = { digit: digits[0], blank: false, strokes: [] };
    const past = [];
    let tool = "eraser";
    let networks = null; // until they are unpacked
    let waking = false;
    let finger = null; // the pointer that draws; a second one is ignored
    let frame = 0;
    const cell = [SIDE / 2, SIDE / 2]; // where the keyboard's cursor is
    let sheet; // the mean ink of each cell

    const asked = (pixels) => networks.map((layers) => logits(layers, pixels));
    const opinions = (said) => said.map((values) => opinion(softmax(values)));

    /** Fill the rows, or empty them if nothing is said. */
    const showNetworks = (said) => rows.forEach((row, n) => {
      const { probs, first } = said[n] ?? {};
      row.querySelectorAll("i").forEach((bar, k) => {
        bar.style.setProperty("--p", (probs?.[k] ?? 0).toFixed(5));
        bar.classList.toggle("answer", k === first);
      });
      row.lastElementChild.textContent = probs ? `${classes[first]}, ${percent(probs[first])}` : "–";
    });

    const game = (said) => {
      const { digit, strokes } = state;
      digit.first ??= opinions(asked(digit.image)).map(({ first }) => first);
      const spent = strokes.reduce((sum, stroke) => sum + dabs(stroke), 0);
      const flipped = said.filter(({ first }, n) => first !== digit.first[n]).length;
      if (flipped === said.length) digit.best = Math.min(digit.best ?? spent, spent);
      return score(spent, flipped, said.length, digit.best);
    };

    const tell = (said, options) => {
      about.textContent = state.blank ? BLANK : state.digit.about;
      for (const button of buttons) {
        const { name, value } = button;
        const loaded = !state.blank && digits[value] === state.digit;
        if (name !== "do") button.setAttribute("aria-pressed", name === "tool" ? value === tool : loaded);
        if (value === "undo") button.setAttribute("aria-disabled", !past.length);
      }
      if (options.empty) verdict.textContent = state.blank ? "Draw something." : "Nothing is left. Undo, or take the pen.";
      else if (waking && !networks) verdict.textContent = UNPACKING;
      else verdict.textContent = sentence(said, classes, options);
      if (options.empty || state.blank) standing.textContent = "";
      else standing.textContent = networks ? game(said) : score(0, 0, rows.length);
    };

    /** Show the pad and what is said of it: the bars at any time, the sentences once a stroke ends. */
    const update = () => {
      frame = 0;
      paint(context, state);
      const { data: rgba } = context.getImageData(0, 0, SIZE, SIZE);
      const ink = new Uint8Array(SIZE ** 2).map((_, i) => rgba[4 * i + 3]);
      const empty = !ink.some(inked);
      sheet = averaged(ink);
      const pixels = state.blank && !empty ? framed(ink) : sheet;
      seen.getContext("2d").putImageData(picture(pixels, 1), 0, 0);
      const answers = networks && !empty ? asked(pixels) : [];
      const untouched = !state.blank && !state.strokes.length;
      const said = untouched && !networks ? state.digit.said.map(opinion) : opinions(answers);
      const faint = answers.length > 0 && strength(answers) < data.faint;
      showNetworks(said);
      if (finger === null) tell(said, { empty, faint, drawn: state.blank });
    };
    const updateSoon = () => (frame ||= requestAnimationFrame(update));

    const wake = async () => {
      if (waking) return;
      waking = true;
      find("told").setAttribute("aria-live", "polite"); // not before: nobody asked
      verdict.textContent = UNPACKING;
      await new Promise(requestAnimationFrame); // so that it is read before the work begins
      networks = unpack(await inflated(bytes(data.packed)), data.shapes);
      update();
    };

    const go = (next) => {
      const then = { ...state, ...next };
      const nothing = then.digit === state.digit && then.blank === state.blank && !then.strokes.length && !state.strokes.length;
      if (!nothing) past.push(state);
      state = then;
      update();
    };
    const actions = {
      undo: () => {
        state = past.pop() ?? state;
        update();
      },
      reset: () => go({ blank: false, strokes: [] }),
      blank: () => {
        tool = "pen";
        go({ blank: true, strokes: [] });
      },
    };

    const place = ({ clientX, clientY }) => {
      const { left, top } = canvas.getBoundingClientRect();
      return [clientX - left, clientY - top];
    };

    for (const touch of ["pointerdown", "keydown", "click"]) play.addEventListener(touch, wake, true);
    play.addEventListener("click", ({ target }) => {
      const { name, value } = target.closest("button") ?? {};
      if (finger !== null || !name) return;
      if (name === "tool") {
        tool = value;
        update();
      }
      if (name === "do") actions[value]();
      if (name === "digit") go({ digit: digits[value], blank: false, strokes: [] });
    });
    canvas.addEventListener("pointerdown", (event) => {
      if (finger !== null || event.button !== 0) return;
      finger = event.pointerId;
      canvas.setPointerCapture(finger);
      go({ strokes: [...state.strokes, { tool, points: [place(event)] }] });
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.pointerId !== finger) return;
      const passed = event.getCoalescedEvents?.() ?? [];
      state.strokes.at(-1).points.push(...(passed.length ? passed : [event]).map(place));
      updateSoon();
    });
    canvas.addEventListener("lostpointercapture", ({ pointerId }) => {
      if (pointerId !== finger) return;
      finger = null;
      cancelAnimationFrame(frame);
      update();
    });
    play.addEventListener("keydown", (event) => {
      if (finger !== null || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
      actions.undo();
      event.preventDefault();
    });
    canvas.addEventListener("keydown", (event) => {
      const { key } = event;
      if (finger !== null || event.ctrlKey || event.metaKey) return;
      if (key in STEPS) {
        STEPS[key].forEach((step, axis) => (cell[axis] = Math.min(SIDE - 1, Math.max(0, cell[axis] + step))));
        cursor.style.translate = cell.map((each) => `${each * CELL}px`).join(" ");
      } else if (key in KEYS) {
        const points = [cell.map((each) => (each + 0.5) * CELL)];
        go({ strokes: [...state.strokes, { tool: KEYS[key], points }] });
      } else {
        return;
      }
      const [column, row] = cell;
      const ink = Math.round((100 * sheet[row * SIDE + column]) / 255);
      find("place").textContent = `Row ${row + 1}, column ${column + 1}: ${ink ? `${ink} percent ink` : "paper"}`;
      event.preventDefault();
    });

    update();
  };

  document.querySelectorAll("figure.pad").forEach(start);
  return {
    averaged, bytes, dabs, framed, inflated, logits, opinion, score, sentence, softmax, strength, unpack,
  };
})();
