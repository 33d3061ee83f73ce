// What the page does: it filters rows by text and flags, and sorts them. It only moves and hides what is there, and makes no markup.

export const script = `
'use strict';
const nav = document.querySelector('nav');
const search = nav.querySelector('input');
const buttons = [...nav.querySelectorAll('button')];
const status = nav.querySelector('[role=status]');
const rows = [...document.querySelectorAll('tbody tr')];
const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
const warnings = status.textContent;

function filter() {
  const words = search.value.toLowerCase().split(' ').filter((word) => word !== '');
  const wanted = buttons.filter((button) => button.getAttribute('aria-pressed') === 'true').map(({ dataset }) => dataset.flag);
  for (const row of rows) {
    const has = row.dataset.flags === undefined ? [] : row.dataset.flags.split(' ');
    const isFlagged = row.dataset.flags === undefined || wanted.every((flag) => has.includes(flag));
    row.hidden = !(isFlagged && words.every((word) => texts.get(row).includes(word)));
  }
  const servers = rows.filter((row) => row.dataset.flags !== undefined);
  const shown = servers.filter((row) => !row.hidden).length;
  status.textContent = shown === servers.length ? warnings : shown + ' of ' + servers.length + ' servers shown';
}

function sort(table, index, isDown) {
  const key = (row) => row.cells[index].textContent;
  const body = table.tBodies[0];
  const order = new Intl.Collator('en', { numeric: true });
  const sorted = [...body.rows].sort((a, b) => order.compare(key(a), key(b)) * (isDown ? -1 : 1));
  body.append(...sorted);
}

for (const table of document.querySelectorAll('table')) {
  const heads = [...table.tHead.rows[0].cells];
  for (const [index, head] of heads.entries()) {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const isDown = head.getAttribute('aria-sort') === 'ascending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', isDown ? 'descending' : 'ascending');
      sort(table, index, isDown);
    });
  }
}
for (const button of buttons) {
  button.addEventListener('click', () => {
    button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'));
    filter();
  });
}
search.addEventListener('input', filter);
nav.hidden = false;
`;
