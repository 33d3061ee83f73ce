// The tables of the page. Their rows can be filtered and sorted, so each row says whole what it is about.

import type { Diagnostic } from '../diagnostics.ts';
import type { Aspect } from '../explain/model.ts';
import { scopeWords, secretId } from '../graph/model.ts';
import { type Child, element, type Html } from './html.ts';
import { marks, type Review, type ReviewServer } from './model.ts';

interface Row {
  readonly cells: readonly Child[];
  readonly flags?: string;
}

function table(name: string, titles: readonly string[], rows: readonly Row[]): Html {
  const head = titles.map((title) => element('th', { scope: 'col' }, title));
  const body = rows.map(({ cells, flags: own }) =>
    element(
      'tr',
      { 'data-flags': own },
      cells.map((cell, index) => element('td', { 'data-title': titles[index] }, cell)),
    ),
  );
  return element(
    'div',
    { class: `table ${name}` },
    element('table', {}, element('thead', {}, element('tr', {}, head)), element('tbody', {}, body)),
  );
}

export function serverTable({ servers, graph }: Review): Html {
  const titles = ['Server', 'Image', 'Runs as', 'May connect to', 'Secrets', 'Volumes', 'Limits', 'Look at'];
  const rows = servers.map((server): Row => {
    const { name, secrets, volumes } = server;
    const shared = (id: string | undefined): Child => {
      const others = (graph.users.get(id ?? '') ?? []).filter((user) => user !== name);
      return others.length === 0 ? undefined : element('em', {}, ` shared with ${others.join(', ')}`);
    };
    return {
      flags: server.flags.join(' '),
      cells: [
        titleOf(server),
        imageOf(server),
        server.user ?? 'runs elsewhere',
        reachOf(server),
        list(
          secrets.map((secret) => [
            element('code', {}, `${secret.name}/${secret.key ?? 'all keys'}`),
            ` as ${secret.as}`,
            shared(secretId(secret)),
          ]),
        ),
        list(
          volumes.map(({ source, mountPath, readOnly, id }) => [
            element('code', {}, mountPath),
            ` ${source}${readOnly ? ', read-only' : ''}`,
            shared(id),
          ]),
        ),
        server.limits,
        list(server.flags.map((flag) => element('span', { class: `mark ${flag}` }, marks[flag]))),
      ],
    };
  });
  return table('servers', titles, rows);
}

function titleOf({ name, description, command, variables, tools }: ReviewServer): Child {
  const more = [
    ...(command.length === 0 ? [] : [['Command', command.map((word) => JSON.stringify(word)).join(' ')] as const]),
    ...(variables.length === 0 ? [] : [['Variables', variables.join(', ')] as const]),
    ...(tools.length === 0 ? [] : [['Tools', tools.join(', ')] as const]),
  ];
  return [
    element('b', {}, name),
    description === '' ? undefined : element('p', { class: 'dim' }, description),
    more.length === 0
      ? undefined
      : element(
          'details',
          {},
          element(
            'summary',
            {},
            tools.length === 0 ? 'details' : `${tools.length} ${tools.length === 1 ? 'tool' : 'tools'}`,
          ),
          more.map(([title, text]) => element('p', {}, `${title}: `, element('code', {}, text))),
        ),
  ];
}

function imageOf({ image, kind, what }: ReviewServer): Child {
  if (image)
    return [
      element('code', {}, image.name),
      image.digest === '' ? undefined : element('code', { class: 'digest dim' }, image.digest),
    ];
  return [
    element('code', {}, what),
    kind === 'remote' ? ' called by the gateway' : ' own network, called by the relay',
  ];
}

function reachOf({ reach: { scope, targets } }: ReviewServer): Child {
  return [
    element('span', { class: `scope ${scope}` }, scopeWords[scope]),
    list(targets.map((target) => element('code', {}, target))),
  ];
}

function list(items: readonly Child[]): Child {
  if (items.length === 0) return undefined;
  return element(
    'ul',
    {},
    items.map((item) => element('li', {}, item)),
  );
}

export function release({ release: rows }: Review): Html {
  return table(
    'release',
    ['What', 'Value'],
    rows.map(([name, text]) => ({ cells: [name, element('code', {}, text)] })),
  );
}

/** What weighs most comes first. */
export function findings({ diagnostics }: Review): Child {
  if (diagnostics.length === 0) return element('p', {}, 'Nothing was refused or ignored.');
  const of = (wanted: Diagnostic['severity']): Diagnostic[] =>
    diagnostics.filter(({ severity }) => severity === wanted);
  return table(
    'findings',
    ['Severity', 'Server', 'What and why', 'What to do', 'Where'],
    [...of('error'), ...of('warning'), ...of('note')].map(
      ({ severity, code, server = '', message, hint = '', position }) => ({
        cells: [
          element('span', { class: `severity ${severity}` }, severity),
          server,
          [message, element('p', { class: 'dim' }, element('code', {}, code))],
          hint,
          position ? `${position.file}:${position.line}:${position.column}` : '',
        ],
      }),
    ),
  );
}

export function differences({ common, explained }: Review): Child {
  const titles = ['Server', 'What', 'Status', 'Docker', 'Here', 'Why, and how to change it'];
  const row = (server: string, { aspect, status, docker, here, why, change }: Aspect): Row => ({
    cells: [
      server,
      aspect,
      element('span', { class: `status ${status}` }, status),
      docker,
      here === '' ? 'nothing' : here,
      [why, change === undefined ? undefined : element('p', { class: 'dim' }, `change: ${change}`)],
    ],
  });
  return table('differences', titles, [
    ...common.map((aspect) => row('most containers', aspect)),
    ...explained.flatMap(({ server, refused = [], aspects }) => [
      ...refused.map(({ message, hint = '' }): Row => {
        return { cells: [server, 'server', element('span', { class: 'status lost' }, 'refused'), '', message, hint] };
      }),
      ...aspects.map((aspect) => row(server, aspect)),
    ]),
  ]);
}
