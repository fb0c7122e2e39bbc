// What is wrong with a page as it is drawn: words over words, words cut off, wider than the screen, a panel with nothing in it.
// Put before every page (`Faults.at_hand`): charts on a canvas keep no words, so these are written down while they are drawn.
(() => {
  if (window.dwFaults) return;
  const drawn = new WeakMap();
  const paper = CanvasRenderingContext2D.prototype;
  const kept = context => {
    if (!drawn.has(context.canvas)) drawn.set(context.canvas, {words: [], marks: 0});
    return drawn.get(context.canvas);
  };
  const around = (name, note) => {
    const original = paper[name];
    paper[name] = function (...given) {
      if (!this.canvas.closest || !this.canvas.closest('[data-testid=stDataFrame]')) note(this, given);
      return original.apply(this, given);
    };
  };
  around('clearRect', (context, [x, y, width, height]) => {
    const {a, d} = context.getTransform();
    if (width * a >= context.canvas.width - 1 && height * d >= context.canvas.height - 1) drawn.delete(context.canvas);
  });
  around('fillText', (context, [words, x, y]) => {
    const told = String(words).trim(), alpha = context.globalAlpha;
    if (!told || alpha === 0 || context.fillStyle === 'rgba(0, 0, 0, 0)') return;
    const size = context.measureText(words), matrix = context.getTransform();
    const corners = [[-size.actualBoundingBoxLeft, -size.actualBoundingBoxAscent], [size.actualBoundingBoxRight, size.actualBoundingBoxDescent]];
    const at = [0, 1, 2, 3].map(i => new DOMPoint(x + corners[i & 1][0], y + corners[i >> 1][1]).matrixTransform(matrix));
    kept(context).words.push({told, at, angle: Math.atan2(matrix.b, matrix.a)});
  });
  for (const name of ['fill', 'fillRect']) around(name, context => { kept(context).marks += 1; });

  const PLOT = '[data-testid=stVegaLiteChart]';
  const visible = element => element.checkVisibility({checkOpacity: true, checkVisibilityCSS: true});
  const cut = (box, edge) => ({
    left: Math.max(box.left, edge.left), right: Math.min(box.right, edge.right),
    top: Math.max(box.top, edge.top), bottom: Math.min(box.bottom, edge.bottom),
  });
  const isEmpty = box => box.right - box.left <= 1 || box.bottom - box.top <= 1;
  const plain = box => ({left: box.left, right: box.right, top: box.top, bottom: box.bottom});
  const where = element => {
    const named = element.closest('[class*=st-key-], [class*=dw-], h1, h2, h3');
    const name = named ? [...named.classList].find(word => word.startsWith('st-key-') || word.startsWith('dw-')) || named.localName : '';
    return name || element.localName;
  };
  // What stands on top of the page on purpose: menus, boxes that somebody opened, the bar that stays.
  const layer = element => {
    for (let up = element; up; up = up.parentElement) if (getComputedStyle(up).position === 'fixed') return up;
    return null;
  };

  // The words that can be seen, a box per line; and those of which a part is hidden by their own box.
  const lines = () => {
    const found = [], clipped = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const told = node.data.trim(), parent = node.parentElement;
      if (!told || !parent || parent.closest('script, style, noscript, title, [aria-hidden=true] [data-testid=stIconMaterial], .dw-icon')) continue;
      if (parent.closest('[data-testid=stIconMaterial], [data-testid=stTooltipContent], .vg-tooltip, option') || parent.closest(`${PLOT} svg`) || !visible(parent)) continue;
      range.selectNodeContents(node);
      const boxes = [...range.getClientRects()].map(plain);
      for (const whole of boxes) {
        let box = whole, isTiny = false, hidden = null;
        for (let up = parent; up && up !== document.body && up.dataset.testid !== 'stMain'; up = up.parentElement) {
          const style = getComputedStyle(up);
          if (style.overflowX === 'visible' && style.overflowY === 'visible' && style.clipPath === 'none') continue;
          const edge = up.getBoundingClientRect();
          if (edge.width <= 2 || edge.height <= 2) { isTiny = true; break; }
          const inside = cut(box, edge);
          const rolls = axis => ['auto', 'scroll'].includes(style[`overflow${axis}`]);
          if (!rolls('X') && (box.left < edge.left - 2 || box.right > edge.right + 2)) hidden = up;
          if (!rolls('Y') && (box.top < edge.top - 4 || box.bottom > edge.bottom + 4)) hidden = up;
          box = inside;
          if (isEmpty(box)) break;
        }
        if (isTiny) continue;
        if (hidden) clipped.push({told, element: parent});
        if (!isEmpty(box)) found.push({told, box, element: parent, layer: layer(parent), node});
      }
    }
    return {found, clipped};
  };

  // The words of a drawing that is an image: it is laid out beside the page, measured and taken away.
  const images = () => [...document.querySelectorAll('img[src^="data:image/svg+xml"]')].filter(visible).map(image => {
    const [head, data] = image.src.split(/,(.*)/s), box = image.getBoundingClientRect();
    const code = head.includes('base64') ? new TextDecoder().decode(Uint8Array.from(atob(data), sign => sign.charCodeAt(0))) : decodeURIComponent(data);
    const frame = document.createElement('div');
    frame.style.cssText = `position:fixed;left:0;top:0;width:${box.width}px;height:${box.height}px;z-index:-1`;
    const shadow = frame.attachShadow({mode: 'open'});  // no style of the page reaches an image
    shadow.innerHTML = code;
    document.body.append(frame);
    const svg = shadow.querySelector('svg');
    svg.setAttribute('width', box.width); svg.setAttribute('height', box.height);
    const edge = plain(svg.getBoundingClientRect());
    const words = [...shadow.querySelectorAll('text')].map(text => ({
      told: text.textContent.trim(), box: plain(text.getBoundingClientRect()), element: image, layer: image, node: text}));
    frame.remove();
    return {words: words.filter(word => word.told), edge, element: image};
  });

  const boxOf = points => {
    const xs = points.map(([x]) => x), ys = points.map(([, y]) => y);
    return {left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys)};
  };
  const written = svg => [...svg.querySelectorAll('text')].filter(text => text.textContent.trim() && visible(text)).map(text => {
    const matrix = text.getScreenCTM(), {x, y, width, height} = text.getBBox();
    const at = [[x, y], [x + width, y], [x, y + height], [x + width, y + height]].map(([across, down]) => new DOMPoint(across, down).matrixTransform(matrix));
    return {told: text.textContent.trim(), at, angle: Math.atan2(matrix.b, matrix.a)};
  });
  // The words of a chart: of its elements, or as they were written down. Slanting words are compared with each other along their own lines.
  const charts = () => [...document.querySelectorAll(PLOT)].filter(visible).map(element => {
    const canvas = element.querySelector('canvas'), svg = element.querySelector('svg.marks');
    const paperEdge = (canvas || svg || element).getBoundingClientRect();
    const note = canvas && drawn.get(canvas);
    const words = (note ? note.words : svg ? written(svg) : []).map(({told, at, angle}) => {
      const scale = note ? paperEdge.width / canvas.width : 1, [left, top] = note ? [paperEdge.left, paperEdge.top] : [0, 0];
      const points = at.map(point => [left + point.x * scale, top + point.y * scale]);
      const slants = Math.abs(Math.sin(2 * angle)) > 0.01, [cos, sin] = [Math.cos(-angle), Math.sin(-angle)];
      const along = slants ? boxOf(points.map(([x, y]) => [x * cos - y * sin, x * sin + y * cos])) : null;
      return {told, box: boxOf(points), along, slant: slants ? angle.toFixed(2) : '', upright: Math.abs(Math.cos(angle)) < 0.1, element, layer: element, node: {}};
    });
    const shapes = svg ? svg.querySelectorAll('[class*=role-mark] path[d], [class*=role-mark] line, [class*=role-mark] text').length : 0;
    return {element, words, marks: note ? note.marks : shapes, edge: plain(paperEdge), isCanvas: Boolean(canvas)};
  });

  // The box of a word is as high as its font, its letters are not: lines that only touch are no overlap.
  const over = (one, other, least) => {
    const both = cut(one, other), lower = Math.min(one.bottom - one.top, other.bottom - other.top);
    return both.right - both.left > least && both.bottom - both.top > Math.max(least, lower / 4);
  };
  // Above and below its letters a box has room in which nothing is drawn; one that is turned has it at its sides or corners.
  const beyond = ({box, slant, upright}, edge) => {
    const [wide, high] = [box.right - box.left, box.bottom - box.top];
    const across = slant ? 5 : upright ? Math.max(2, wide * 0.3) : 2, up = slant ? 5 : upright ? 2 : Math.max(2, high * 0.3);
    return box.left < edge.left - across || box.right > edge.right + across || box.top < edge.top - up || box.bottom > edge.bottom + up;
  };
  const overlaps = (words, least) => {
    const found = [], bands = Map.groupBy(words, word => word.slant || '');
    for (const band of bands.values()) {
      const sorted = band.map(word => ({...word, box: word.along || word.box})).sort((one, other) => one.box.top - other.box.top);
      sorted.forEach((one, place) => {
        for (let next = place + 1; next < sorted.length && sorted[next].box.top < one.box.bottom - least; next++) {
          const other = sorted[next];
          if (one.node === other.node || one.layer !== other.layer) continue;
          // A light edge around a word is the same word once more.
          if (one.told === other.told && Math.abs(one.box.left - other.box.left) < 2 && Math.abs(one.box.top - other.box.top) < 2) continue;
          if (over(one.box, other.box, least)) found.push([one, other]);
        }
      });
    }
    return found;
  };

  const HEADS = 'h1, h2, h3, h4';
  // A heading with nothing under it before the next of its rank, or a box of ours with nothing in it.
  const empty = main => {
    const found = [], heads = [...main.querySelectorAll(HEADS)].filter(head => visible(head) && head.innerText.trim());
    heads.forEach((head, place) => {
      const rank = Number(head.localName[1]), next = heads.slice(place + 1).find(other => Number(other.localName[1]) <= rank);
      const between = document.createRange();
      between.setStartAfter(head);
      if (next) between.setEndBefore(next); else between.setEndAfter(main.lastElementChild);
      const part = between.cloneContents();
      part.querySelectorAll('script, style, .dw-footer').forEach(item => item.remove());
      const holds = part.textContent.trim() || part.querySelector('canvas, svg, img, input, button, [data-testid=stDataFrame], iframe');
      if (!holds) found.push({kind: 'empty', told: head.innerText.trim(), where: where(head)});
    });
    for (const box of main.querySelectorAll('.dw-fig, .dw-card, .dw-beside, .dw-table, .dw-note, .dw-people-notes, .dw-plan, .dw-approach, .dw-here'))
      if (visible(box) && !box.innerText.trim() && !box.querySelector('img, svg, canvas')) found.push({kind: 'empty', told: '', where: where(box)});
    return found;
  };

  window.dwFaults = () => {
    const main = document.querySelector('[data-testid=stMain]'), page = document.documentElement, found = [];
    const say = (kind, told, element) => found.push({kind, told: told.slice(0, 160), where: where(element)});
    const {found: words, clipped} = lines();
    const plots = charts(), pictures = images();
    for (const {told, element} of clipped) say('clipped', told, element);
    for (const element of document.querySelectorAll('[data-testid=stMain] *')) {
      if (!element.childElementCount && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 2 && visible(element)
          && ['hidden', 'clip'].includes(getComputedStyle(element).overflowX) && element.innerText && element.innerText.trim())
        say('clipped', element.innerText.trim(), element);
    }
    // A field that has the whole width rolls along its words; one that could be wider hides them.
    const whole = document.querySelector('[data-testid=stMainBlockContainer]')?.clientWidth || innerWidth;
    for (const input of document.querySelectorAll('[data-testid=stMain] input')) {
      const field = (input.closest('[role=group]') || input).getBoundingClientRect();
      if (visible(input) && input.value && input.type === 'text' && input.scrollWidth > input.clientWidth + 1 && field.width < whole * 0.8)
        say('clipped', input.value, input);
    }
    for (const [one, other] of overlaps(words, 2)) say('overlap', `${one.told.slice(0, 70)} | ${other.told.slice(0, 70)}`, one.element);
    for (const chart of plots) {
      for (const [one, other] of overlaps(chart.words, 2)) say('overlap', `${one.told.slice(0, 70)} | ${other.told.slice(0, 70)}`, chart.element);
      for (const word of chart.words) {
        if (beyond(word, chart.edge)) say('clipped', word.told, chart.element);
      }
      if (!chart.marks) say('empty', chart.element.querySelector('[aria-label]')?.getAttribute('aria-label') || 'a chart', chart.element);
    }
    for (const picture of pictures) {
      for (const [one, other] of overlaps(picture.words, 2)) say('overlap', `${one.told} | ${other.told}`, picture.element);
      for (const word of picture.words) if (beyond(word, picture.edge)) say('clipped', word.told, picture.element);
    }
    for (const {told, box, element} of words) if (box.right > innerWidth + 1 || box.left < -1) say('overflow', told, element);
    const wider = Math.max(main.scrollWidth - main.clientWidth, page.scrollWidth - page.clientWidth);
    if (wider > 0) found.push({kind: 'overflow', told: `${wider} px`, where: 'page'});
    found.push(...empty(main));
    return {
      faults: found, text: main.innerText, height: Math.round(main.scrollHeight),
      counted: {words: words.length, charts: plots.length, chart_words: plots.reduce((sum, chart) => sum + chart.words.length, 0), pictures: pictures.length,
        picture_words: pictures.reduce((sum, one) => sum + one.words.length, 0)},
    };
  };
})();
