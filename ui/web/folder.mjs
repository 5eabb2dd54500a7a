/* folder.mjs - puts the page together: a static folder, and one file with everything inside.
 *
 *     node folder.mjs SOURCE PROGRAM GUESTS OUT LETTERS.bin ...
 *
 * SOURCE is the source tree, PROGRAM the folder of exifsim-page.js and .wasm, GUESTS that of exifsim-guests, LETTERS.bin files
 * of exifsim-letters. OUT/ becomes what a plain file server serves; OUT/page.html is the single file, with a place for the run that it opens
 * (exifsim export --html). Prints the sizes.
 */
import { readFileSync, writeFileSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { basename, dirname, join } from 'node:path';

const [source, program, guests, out, ...letters] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const page = join(source, 'ui/web/page');

/* ---- The program's files: scenarios, sources of the guests in them, and these as modules ---------- */

const scenarios = join(source, 'scenarios'), files = [], titles = new Map();
function gather(folder, path) {
    for (const name of readdirSync(folder).sort()) {
        const whole = join(folder, name);
        if (statSync(whole).isDirectory()) {
            if (name !== 'data' && name !== 'labs')
                gather(whole, `${path}/${name}`);
        } else if (/\.[ch]$/.test(name)) {
            files.push([`${path}/${name}`, readFileSync(whole)]);
        } else if (name.endsWith('.ini')) {
            files.push([`${path}/${name}`, readFileSync(whole)]);
            titles.set(`${path}/${name}`, /^title\s*=\s*(.*)$/m.exec(readFileSync(whole, 'utf8'))?.[1].trim() || name);
        }
    }
}
gather(scenarios, '/exifsim/scenarios');
for (const name of readdirSync(guests).sort())
    files.push([`/exifsim/guests/${name}`, readFileSync(join(guests, name))]);
const index = Buffer.from(JSON.stringify(files.map(([path, bytes]) => [path, bytes.length])));
const length = Buffer.alloc(4);
length.writeUInt32LE(index.length);
const packed = Buffer.concat([length, index, ...files.map(([, bytes]) => bytes)]);

/* The RAM disk touches its client's memory plainly, which nothing here makes possible: not offered. */
titles.delete('/exifsim/scenarios/guests/ramdisk/ramdisk.ini');

/* What the page offers to open, in groups: [name, [[what follows the # in the link, title] ...]] */
const name = path => path.replace(/^.*scenarios\//, '').replace(/\.ini$/, '');
const group = (folder, make) => [...titles].filter(([path]) => path.startsWith(`/exifsim/scenarios/${folder}`) &&
    !path.slice(`/exifsim/scenarios/${folder}`.length).includes('/')).map(([path, title]) => [make(name(path)), title]);
const list = [
    ['Lessons', group('lessons/', path => `lesson=${path.replace('lessons/', '')}`)],
    ['Game', group('game/', path => `game=${path.replace('game/', '')}`)],
    ['Scenarios', group('', path => `open=${path}`)],
    ['Drivers', ['echo', 'stopping', 'races'].flatMap(each => group(`guests/${each}/`, path => `open=${path}`))],
    ['Orders', group('orders/', path => `open=${path}`)],
];

/* ---- The folder --------------------------------------------------------------------------------- */

const parts = {
    'exifsim-page.js': readFileSync(join(program, 'exifsim-page.js')),
    'exifsim-page.wasm': readFileSync(join(program, 'exifsim-page.wasm')),
    ...Object.fromEntries(letters.map(path => [basename(path), readFileSync(path)])),
    'files.bin': packed,
    'list.json': Buffer.from(JSON.stringify(list)),
    'worker.js': readFileSync(join(page, 'worker.js')),
};
const others = Object.fromEntries(['index.html', 'page.css', 'page.js', 'honesty.html', 'icon.svg', 'manifest.webmanifest']
    .map(each => [each, readFileSync(join(page, each))]));
const build = createHash('sha256');
for (const bytes of [...Object.values(parts), ...Object.values(others)])
    build.update(bytes);
others['offline.js'] = Buffer.from(readFileSync(join(page, 'offline.js'), 'utf8').replace('BUILD', build.digest('hex').slice(0, 12))
    .replace("'letters.bin'", letters.map(path => `'${basename(path)}'`).join(', ')));
for (const [each, bytes] of Object.entries({ ...parts, ...others }))
    writeFileSync(join(out, each), bytes);

/* ---- The single file ---------------------------------------------------------------------------- */

const inside = each => others[each].toString('utf8');
const single = inside('index.html')
    .replace(/<link rel="(manifest|icon)"[^>]*>\n/g, '')
    .replace('<link rel="stylesheet" href="page.css">', () => `<style>\n${inside('page.css')}</style>`)
    .replace('<a href="honesty.html" id="honest">What is slower or missing here</a>', '')
    .replace('<script src="page.js"></script>', () => [
        '<!-- the run that is opened -->',
        ...Object.entries(parts).map(([each, bytes]) =>
            `<script type="text/plain" id="part-${each}">${deflateRawSync(bytes, { level: 9 }).toString('base64')}</script>`),
        `<script>\n${inside('page.js')}</script>`].join('\n'));
writeFileSync(join(out, 'page.html'), single);

const bytes = Object.values({ ...parts, ...others }).reduce((sum, each) => sum + gzipSync(each, { level: 9 }).length, 0);
console.log(`${out}: ${Object.keys(parts).length + Object.keys(others).length} files, ${bytes} bytes compressed; page.html ${single.length} bytes`);
