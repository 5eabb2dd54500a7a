/* page.mjs FOLDER [ROUNDS] - how quick the page of ./dev web is, in Chromium without a window: medians of the rounds.
 *
 * Each round is a new browser. Compressed bytes are what a visit loads on a common screen; memory is that of all the browser's
 * processes for the page, shared pages counted once.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { browse, serve } from '../tests/web/browser.mjs';

const [folder, rounds = '5'] = process.argv.slice(2);
const server = await serve(folder);
const median = list => [...list].sort((a, b) => a - b)[list.length >> 1];
const rows = new Map();
const note = (name, value) => rows.set(name, [...(rows.get(name) || []), value]);

/* Proportional set size of the renderers of a browser, in MiB. */
function memory(profile) {
    let sum = 0;
    for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name)))
        try {
            const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
            if (words.includes('--type=renderer') && words.includes(profile))
                sum += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]) / 1024;
        } catch (gone) { /* The process has ended meanwhile. */ }
    return sum;
}

/* In the page: does something and tells after how many milliseconds the picture shows it. */
const answered = `(name, text) => new Promise(resolve => {
    const before = show, began = performance.now();
    show = m => { before(m); show = before; resolve(performance.now() - began); };
    ask({ do: 'key', name });
})`;

for (let round = 0; round < Number(rounds); round++) {
    const page = await browse({ width: 1280, height: 720 });
    await page.go(server.address + '#open=kb908674');
    note('first picture of the default night, ms', Number(await page.until('() => canvas.dataset.first', 60000)));
    await page.until('() => document.body.dataset.fingerprint', 120000);
    note('default night computed and drawn, ms', await page.run('() => performance.now() - begun'));
    await page.until('() => document.getElementById("state").textContent === "Ready"', 60000);
    const steps = [], frames = [];
    for (let i = 0; i < 20; i++)
        steps.push(await page.run(answered, 'Left'));
    for (let i = 0; i < 100; i++)
        frames.push(await page.run(answered, i % 2 ? 'A' : 'D'));
    note('a step back, key to picture, median, ms', median(steps));
    note('a step back, key to picture, longest, ms', Math.max(...steps));
    note('a frame at a million records, key to picture, p99, ms', [...frames].sort((a, b) => a - b)[98]);
    note('a frame at a million records, key to picture, median, ms', median(frames));
    note('memory of the page, MiB', memory(page.profile));
    await page.end();
}
const visit = readdirSync(folder).filter(name => !['page.html', 'letters-large.bin'].includes(name));
note('compressed bytes of a visit', visit.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name)), { level: 9 }).length, 0));
for (const [name, values] of rows)
    console.log(`${name.padEnd(62)} ${Math.round(median(values) * 10) / 10}   (${values.map(value => Math.round(value * 10) / 10).join(' ')})`);
server.end();
process.exit(0);
