// The rows of the table: a measured value against its floor, against a limit, or a fact that holds or not.
import { median } from './calm.js';

/** Measured against a floor of the same run: `bound` is the largest ratio of the medians. Without a bound it is told, not judged. */
export function ratioRow({ figure, what, unit, measured, floor, bound }) {
  const ratio = median(measured) / median(floor);
  return {
    figure,
    what,
    measured: said(median(measured), unit),
    floor: said(median(floor), unit),
    ratio: `${ratio.toFixed(2)} ×`,
    // Disturbance only ever adds: where the best differ much from the medians, the machine was not quiet.
    best: `${(Math.min(...measured) / Math.min(...floor)).toFixed(2)} ×`,
    bound: bound === undefined ? '' : `${bound} ×`,
    verdict: verdictOf(bound === undefined ? undefined : ratio <= bound),
    values: { measured, floor },
  };
}

/** Measured against a fixed limit; the floor, where there is one, tells how much of it is the platform's. */
export function limitRow({ figure, what, unit, measured, floor, bound }) {
  return {
    figure,
    what,
    measured: said(median(measured), unit),
    floor: floor === undefined ? '' : said(median(floor), unit),
    ratio: '',
    best: said(Math.min(...measured), unit),
    bound: bound === undefined ? '' : said(bound, unit),
    verdict: verdictOf(bound === undefined ? undefined : median(measured) <= bound),
    values: { measured, floor },
  };
}

export function factRow({ figure, what, holds, found, expected }) {
  return { figure, what, measured: found, floor: '', ratio: '', best: '', bound: expected, verdict: verdictOf(holds) };
}

export function tableOf(rows) {
  const columns = ['figure', 'what', 'measured', 'floor', 'ratio', 'best', 'bound', 'verdict'];
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index].length)));
  const isText = (index) => index < 2 || index === columns.length - 1;
  return lines
    .map((line) =>
      line
        .map((cell, index) => (isText(index) ? cell.padEnd(widths[index]) : cell.padStart(widths[index])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function verdictOf(holds) {
  return holds === undefined ? '' : holds ? 'ok' : 'over';
}

function said(value, unit) {
  if (Number.isNaN(value)) return 'never';
  return `${value >= 100 ? Math.round(value) : value.toFixed(1)} ${unit}`;
}
