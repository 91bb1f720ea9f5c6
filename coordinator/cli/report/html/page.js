'use strict';
// Zooming, sorting, filtering and highlighting. The page says all that it has to say without this.
document.documentElement.classList.add('scripted');

// The chart: each zoom makes it twice as wide. Marks and labels with room from zoom n on have the class zn.
(() => {
  const chart = document.getElementById('gantt');
  if (!chart) return;
  const kZooms = 8;
  let zoom = 0;
  const set = (wanted, at) => {
    const next = Math.min(kZooms, Math.max(0, wanted));
    const names = chart.querySelector('.names').offsetWidth;
    const place = (chart.scrollLeft + at - names) / 2 ** zoom;
    zoom = next;
    chart.style.setProperty('--zoom', 2 ** zoom);
    for (let i = 1; i <= kZooms; ++i) chart.classList.toggle('zoom' + i, i <= zoom);
    chart.scrollLeft = place * 2 ** zoom - at + names;
  };
  const by = (step, at = chart.clientWidth / 2) => set(step === 0 ? 0 : zoom + step, at);
  for (const button of document.querySelectorAll('button[data-zoom]'))
    button.addEventListener('click', () => by(Number(button.dataset.zoom)));
  chart.addEventListener('keydown', event => {
    const step = {'+': 1, '=': 1, '-': -1, '0': 0}[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    by(step);
  });
  chart.addEventListener('wheel', event => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    by(event.deltaY < 0 ? 1 : -1, event.clientX - chart.getBoundingClientRect().left);
  }, {passive: false});
})();

// The graph: a click shows what a node waits for and what waits for it, near and far.
for (const graph of document.querySelectorAll('.graph > svg')) {
  const nodes = [...graph.querySelectorAll('.node')];
  const edges = [...graph.querySelectorAll('.edge')];
  let picked = null;
  const clear = () => {
    picked = null;
    graph.classList.remove('picked');
    for (const each of graph.querySelectorAll('.lit, .here')) each.classList.remove('lit', 'here');
  };
  const follow = (start, from, to) => {
    const seen = new Set([start]);
    for (let grown = true; grown;) {
      grown = false;
      for (const edge of edges) {
        if (!seen.has(edge.dataset[from])) continue;
        edge.classList.add('lit');
        if (!seen.has(edge.dataset[to])) grown = seen.add(edge.dataset[to]);
      }
    }
    for (const node of nodes) if (seen.has(node.dataset.n)) node.classList.add('lit');
  };
  const pick = node => {
    clear();
    picked = node;
    graph.classList.add('picked');
    node.classList.add('here');
    follow(node.dataset.n, 'a', 'b');
    follow(node.dataset.n, 'b', 'a');
  };
  graph.addEventListener('click', event => {
    const node = event.target.closest('.node');
    if (!node) return clear();
    if (node === picked) return;
    event.preventDefault();
    pick(node);
  });
  graph.addEventListener('keydown', event => {
    if (event.key === 'Escape') clear();
    const node = event.target.closest('g.node');
    if (node && event.key === 'Enter') pick(node);
  });
}

// The table.
(() => {
  const table = document.getElementById('tickets');
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const collator = new Intl.Collator('en', {numeric: true});
  const units = {d: 86400, h: 3600, m: 60, s: 1, ms: .001};
  const durations = /^(\d+(\.\d+)?(d|h|ms|m|s) ?)+$/;
  // Durations by their length, all else as people count.
  const key = (row, column) => {
    const text = row.cells[column].textContent;
    if (!durations.test(text)) return text;
    return [...text.matchAll(/([\d.]+)(d|h|ms|m|s)/g)].reduce((sum, part) => sum + part[1] * units[part[2]], 0);
  };
  const compare = (a, b) => {
    if (typeof a === 'number' && typeof b === 'number') return a - b;
    return collator.compare(a, b);
  };
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === 'ascending';
      for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const keyed = rows.map(row => [key(row, column), row]);
      // What is empty comes last, whichever way.
      keyed.sort((a, b) => (a[0] === '') - (b[0] === '') || (down ? -1 : 1) * compare(a[0], b[0]));
      body.append(...keyed.map(each => each[1]));
    });
  });

  const state = document.getElementById('by-state');
  const text = document.getElementById('by-text');
  const shown = document.getElementById('shown');
  const filter = () => {
    const wanted = text.value.toLowerCase();
    let count = 0;
    for (const row of rows) {
      const fits = (state.value === '' || row.cells[1].textContent === state.value) &&
          (wanted === '' || row.textContent.toLowerCase().includes(wanted));
      row.hidden = !fits;
      count += fits;
    }
    shown.textContent = count === rows.length ? '' : count + ' of ' + rows.length + ' shown';
  };
  state.addEventListener('input', filter);
  text.addEventListener('input', filter);
  // Who comes from the chart or the graph finds the row, whatever was filtered.
  addEventListener('hashchange', () => {
    const row = document.getElementById(location.hash.slice(1));
    if (!row || !row.hidden) return;
    state.value = text.value = '';
    filter();
    row.scrollIntoView({block: 'center'});
  });
})();
