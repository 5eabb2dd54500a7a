/* page_test.mjs FOLDER EXIFSIM - the page in a real browser: stories about the folder that ./dev web makes.
 *
 * EXIFSIM is the native command, which says what runs and pictures have to be. Prints a line for each story, then "N passed,
 * N failed". A name or a part of it as third argument: only such stories.
 */
import { readFileSync, mkdtempSync, writeFileSync, rmSync, copyFileSync, readdirSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { tmpdir } from 'node:os';
import { deflateRawSync } from 'node:zlib';
import { strict as assert } from 'node:assert';
import { serve, browse } from './browser.mjs';

const [folder, exifsim, only = ''] = process.argv.slice(2);
const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');
const golden = new Map(readFileSync(join(root, 'scenarios/fingerprints.txt'), 'utf8').split('\n').filter(line => line && line[0] !== '#')
    .map(line => line.split(' ').reverse()));
const work = mkdtempSync(join(tmpdir(), 'exifsim-page-'));
for (const name of readdirSync(folder))
    copyFileSync(join(folder, name), join(work, name));
const server = await serve(work);
const page = await browse({ width: 1280, height: 720 });
const LONG = 120000; /* A limit for what must come; how soon is measured in bench/. */

/* ---- Words of the stories ------------------------------------------------------------------------ */

/* A new visit: the page is left, so that what only the address changes in is loaded anew. */
async function visit(hash, address = server.address) {
    await page.go('about:blank');
    await page.go(address + hash);
}
const fingerprint = () => page.until('() => document.body.dataset.fingerprint', LONG);
const trouble = () => page.until('() => !document.getElementById("trouble").hidden && document.getElementById("trouble").textContent', LONG);
const ready = () => page.until('() => document.getElementById("state").textContent === "Ready"', LONG);
const named = (role, name) => page.until(`(role, name) => [...document.querySelectorAll('#tree [role="' + role + '"]')]
    .some(each => each.getAttribute('aria-label').startsWith(name))`, LONG, role, name);
const focused = () => page.run(`() => { const id = document.getElementById('tree').getAttribute('aria-activedescendant');
    const element = id && document.getElementById(id); return element ? element.getAttribute('role') + ' ' + element.getAttribute('aria-label') : ''; }`);
const linkOf = text => '#run=' + deflateRawSync(text).toString('base64url');
const command = (...words) => execFileSync(exifsim, words, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/* What a run prints that does not end as expected, too. */
function outputOf(...words) {
    try {
        return command(...words);
    } catch (stopped) {
        return stopped.stdout;
    }
}

function capsuleOf(name, ...words) {
    const path = join(work, 'capsule.ini');
    rmSync(path, { force: true });
    try {
        command('run', '-q', name, ...words, '-o', path);
    } catch (stopped) { /* A run that is not as expected has an exit code of its own. */ }
    return readFileSync(path, 'utf8');
}

/* ---- The stories --------------------------------------------------------------------------------- */

const stories = {
    async 'a run has the fingerprint that it has everywhere'() {
        for (const name of ['kb908674', 'hotfix', 'fault_power_back', 'burst', 'dav', 'h2_reentry', 'h7_state_overwritten', 'drill_hotfix', 'kb926204', 'protocols_services']) {
            await visit(`#open=${name}`);
            assert.equal(await fingerprint(), golden.get(`${name}.ini`), name);
        }
    },
    async 'drivers and programs of the supplied scenarios run, and stop, as they do everywhere'() {
        for (const name of ['guests/echo/echo', 'guests/stopping/mended', 'guests/races/cancel', 'orders/account', 'game/01_two_clerks']) {
            await visit(`#open=${name}`);
            assert.equal(await fingerprint(), JSON.parse(outputOf('run', `scenarios/${name}.ini`, '--format', 'json')).runs[0].fingerprint, name);
        }
        await visit('#open=guests/races/cancel');
        await fingerprint();
        assert.match(await page.run('() => document.body.dataset.stop'), /^0x0000000A /);
    },
    async 'a driver that the page was not built with is refused, with line and column'() {
        await visit('#open=guests/echo/echo');
        await fingerprint();
        await page.run('() => document.getElementById("edit").click()');
        await page.until('() => document.getElementById("text").value.length > 50', LONG);
        await page.run(`() => { const t = document.getElementById('text'); t.value = t.value.replace('source = echo.c', 'source = echo.c client.c'); document.getElementById('run').click(); }`);
        assert.match(await page.until('() => document.getElementById("errors").textContent', LONG), /:12:10: code that this page was not built with/);
    },
    async 'the default night is opened without any word, and its stop is in the page'() {
        await visit('');
        await fingerprint();
        assert.equal(await page.run('() => document.body.dataset.stop'), '0x00000005 (0xFDD95978,0xFF2A6D88,0x00000001,0x00000000)');
        assert.match(await page.run('() => document.getElementById("result").textContent'), /STOP 0x00000005 .*30fba8c6|STOP 0x00000005/);
    },
    async 'pictures are those that render makes, to the pixel'() {
        /* Words that say all of the view: what is shown without them depends on how far a run has come when it is opened. A lane
         * without a stack or a heap is chosen, for these are a page's own. */
        const rows = ['--lanes', 'CPU,store.exe', '--unfold', 'Processors,Processes', '--select', 'CPU 3'];
        const night = ['kb908674', '--from', '0s', '--to', 'end', '--at', 'stop', '--axis', 'linear', ...rows];
        const pictures = [['--lesson', '1_day'], ['--lesson', '4_memory'], night,
            ['kb908674', '--at', 'stop - 30 us', '--from', 'stop - 60 us', '--to', 'stop', '--axis', 'gaps', ...rows],
            ['kb908674', '--twin', 'hotfix', ...night.slice(1)]];
        const compared = async words => {
            await visit(words[0] === '--lesson' ? `#lesson=${words[1]}` : `#open=${words[0]}&view=` + encodeURIComponent(words.slice(1).map(each => `'${each}'`).join(' ')));
            await ready();
            const [width, height] = await page.run('() => [canvas.width, canvas.height]');
            command('render', ...words, '--size', `${width}x${height}`, '-o', join(work, 'native.png'));
            /* The tools are left out: a page has a button less. */
            await page.until(`async () => { const native = new Image(); native.src = 'native.png?' + Math.random(); await native.decode();
                const other = document.createElement('canvas'), top = 48; other.width = canvas.width; other.height = canvas.height;
                const draw = other.getContext('2d'); draw.drawImage(native, 0, 0);
                const [a, b] = [context, draw].map(each => each.getImageData(0, top, canvas.width, canvas.height - top).data);
                return native.width === canvas.width && a.every((value, i) => value === b[i]); }`, 20000).catch(error => {
                throw new Error(`${words.join(' ')}: ${error.message.slice(0, 20)}`);
            });
        };
        for (const words of pictures)
            await compared(words);
        await page.tools('Emulation.setDeviceMetricsOverride', { width: 390, height: 844, deviceScaleFactor: 1, mobile: false });
        try {
            await compared(['--lesson', '1_day']);
            await compared(['--lesson', '4_memory']);
        } finally {
            await page.tools('Emulation.setDeviceMetricsOverride', { width: 1280, height: 720, deviceScaleFactor: 1, mobile: false });
        }
    },
    async 'a link runs the capsule again and holds it to its fingerprint'() {
        const text = capsuleOf('kb908674');
        await visit(linkOf(text));
        assert.equal(await fingerprint(), golden.get('kb908674.ini'));
        assert.match(await page.until('() => /same fingerprint/.test(document.getElementById("state").textContent) && document.getElementById("state").textContent', LONG), /link/);
        await visit(linkOf(text.replace(/^(fingerprint\s*=\s*)./m, '$10')));
        assert.match(await trouble(), /not the run of the link/);
    },
    async 'a link that was copied opens the same run'() {
        await visit('#open=h2_reentry');
        const was = await fingerprint();
        await ready();
        await page.run(`() => { window.given = ''; window.copy = text => { window.given = text; }; document.getElementById('link').click(); }`);
        const link = await page.until('() => window.given', LONG);
        assert.ok(link.length < 4000, `${link.length} characters`);
        await visit(link.replace(/^[^#]*/, ''));
        assert.equal(await fingerprint(), was);
        await page.until('() => /same fingerprint/.test(document.getElementById("state").textContent)', LONG);
    },
    async 'fifty hostile links end in a clear page'() {
        const good = capsuleOf('kb908674'), links = ['#run=', '#run=%', '#run=____', '#run=' + 'A'.repeat(20000), '#lesson=../../etc/passwd', '#lesson=%00', '#game=99',
            '#open=/dev/zero', '#open=nothing_of_that_name', linkOf(''), linkOf('\0\0\0'), linkOf('[load'), linkOf('x'.repeat(60000)),
            '#run=' + deflateRawSync(Buffer.alloc(50 << 20)).toString('base64url')];
        for (let i = 0; links.length < 50; i++) {
            const lines = good.split('\n');
            lines[(i * 7) % lines.length] = ['duration = 999999999d', '[driver x]\nsource = a.c', 'extends = https://example.org', 'seed = -1', '= = =', '[', '\ufeff\u202e',
                'users = 99999999999999999999'][i % 8];
            links.push(linkOf(lines.join('\n')));
        }
        for (const link of links) {
            await visit(link);
            const end = await page.until(`() => !document.getElementById('trouble').hidden ? 'trouble' : document.body.dataset.fingerprint ? 'ran' : ''`, LONG);
            assert.ok(['trouble', 'ran'].includes(end));
            if (end === 'trouble')
                assert.ok((await page.run('() => document.getElementById("trouble").textContent')).length > 20, link.slice(0, 80));
        }
    },
    async 'a lesson is walked through by keyboard, by roles and names'() {
        await visit('#lesson=1_day');
        await named('button', 'Next');
        await page.run('() => document.getElementById("tree").focus()');
        const heard = await page.heard();
        assert.ok(heard.some(([role, name]) => role === 'heading' && name === 'A minute'), 'the heading of the page');
        assert.ok(heard.some(([role, name]) => role === 'button' && /^Timeline/.test(name)), 'the toolbar');
        for (let number = 1; number <= 6; number++) {
            await page.until(`number => [...document.querySelectorAll('#tree *')].some(e => (e.getAttribute('aria-label') || '').includes('page ' + number + ' of 6'))`, LONG, number);
            await page.key('PageDown', 'PageDown');
            if (number < 6)
                await page.until(`number => { const now = [...document.querySelectorAll('#tree *')].some(e => (e.getAttribute('aria-label') || '').includes('page ' + (number + 1) + ' of 6'));
                    return now || 'no'; }`, 2000, number);
        }
    },
    async 'a link asks a quiz: by keyboard, each question as soon as it is made'() {
        const form = JSON.parse(command('quiz', 'kb908674', '-s', '7', '-n', '2', '--format', 'json')).questions;
        const letter = question => question.key.toUpperCase();
        const reads = text => page.until(`text => [...document.querySelectorAll('#tree *')].some(e => (e.getAttribute('aria-label') || '').includes(text) ||
            (e.textContent || '').includes(text))`, LONG, text);
        await visit('#open=kb908674&view=' + encodeURIComponent('--quiz -s 7 -n 2'));
        await reads('question 1 of 2');
        await named('button', 'a: ' + form[0].options[0].text);
        await page.run('() => document.getElementById("tree").focus()');
        await page.key(letter(form[0]).toLowerCase(), 'Key' + letter(form[0]));
        await reads('Right.');
        await page.key('s', 'KeyS');
        await reads('waits for 81000c30');
        await page.key('n', 'KeyN');
        await named('button', 'b: ' + form[1].options[1].text);
        await page.key(letter(form[1]).toLowerCase(), 'Key' + letter(form[1]));
        await named('button', 'Score');
        await page.key('Enter', 'Enter');
        await reads('2 of 2 right');
        await visit('#open=kb908674&view=' + encodeURIComponent('--quiz --type fix -n 9'));
        await reads('is being made');
        await page.run('() => document.getElementById("tree").focus()');
        await page.key('Escape', 'Escape');
        await page.until(`() => ![...document.querySelectorAll('#tree *')].some(e => (e.getAttribute('aria-label') || '') === 'Quiz')`, 20000);
    },
    async 'a level with a driver is played and won by keyboard'() {
        await visit('#game=01_two_clerks');
        await named('button', 'Hint');
        await page.run('() => document.getElementById("tree").focus()');
        await page.key('1', 'Digit1');
        await page.until(`() => [...document.querySelectorAll('#tree *')].some(e => /1; par 1/.test([e.getAttribute('aria-label'), e.getAttribute('aria-valuetext'), e.textContent].join(' ')))`, LONG);
        await page.key('g', 'KeyG');
        await named('heading', 'Won');
    },
    async 'what a learner has done is kept for the next visit'() {
        await visit('#lesson=1_day');
        await named('button', 'Next');
        await page.run('() => localStorage.clear()');
        await page.run('() => document.getElementById("tree").focus()');
        await page.key('PageDown', 'PageDown');
        assert.match(await page.until('() => localStorage.getItem("exifsim")', LONG), /1_day/);
        await visit('#lesson=1_day');
        await named('button', 'Next');
        await page.until('() => askFor({ do: "read", path: "/home/web_user/.local/share/exifsim/progress.ini" }).then(m => /1_day/.test(m.text || ""))', LONG);
    },
    async 'what is wrong with an edited scenario is said with line and column'() {
        await visit('#open=h2_reentry');
        await fingerprint();
        await page.run('() => document.getElementById("edit").click()');
        await page.until('() => document.getElementById("text").value.length > 50', LONG);
        await page.run(`() => { const t = document.getElementById('text'); t.value = t.value.replace(/^seed/m, 'sede'); document.getElementById('run').click(); }`);
        const said = await page.until('() => document.getElementById("errors").textContent', LONG);
        assert.match(said, /edited\.ini:\d+:\d+: .*sede/);
        await page.run(`() => { document.body.dataset.fingerprint = ''; const t = document.getElementById('text'); t.value = t.value.replace(/^sede/m, 'seed'); document.getElementById('run').click(); }`);
        assert.equal(await fingerprint(), golden.get('h2_reentry.ini'));
        assert.equal(await page.run('() => document.getElementById("editor").open'), false);
    },
    async 'every command that the page has does something or says why not, and no other is shown'() {
        const rows = path => readFileSync(join(root, path), 'utf8');
        const names = [...rows('ui/timeline/commands.def').matchAll(/^COMMAND\((\w+), *"[^"]*", *"([^"]*)"/gm)].map(([, name, text]) => [name, text]);
        const missing = new Set([...rows('ui/web/otherwise.def').matchAll(/^MISSING\((\w+)/gm)].map(([, name]) => name));
        const first = { SHOW_HIDDEN: ['LANE_DOWN', 'HIDE'], VIEW_TIMELINE: ['VIEW_STOP'], SCROLL_UP: ['SCROLL_DOWN'], CLOSE: ['VIEW_STOP'], NEXT: ['PREVIOUS'],
            STORY_LEAVE: ['STORY_NEXT'], STORY_PREVIOUS: ['STORY_NEXT', 'STORY_NEXT'],
            ...Object.fromEntries(['EXPAND', 'FOLD', 'PIN', 'HIDE', 'MOVE_UP', 'MOVE_DOWN'].map(each => [each, ['LANE_DOWN']])) };
        const after = { PLAY: ['PLAY'], STORY_NEXT: ['STORY_LEAVE'], STORY_PREVIOUS: ['STORY_LEAVE'], VIEW_STOP: ['VIEW_TIMELINE'], VIEW_BOXES: ['VIEW_TIMELINE'],
            TWIN: ['TWIN'], PRESENTER: ['PRESENTER'], DEBUGGER: ['DEBUGGER'] };
        await visit('#open=h2_reentry');
        await fingerprint();
        await ready();
        await page.run(`() => { window.told = 0; const plain = show; window.copy = window.download = () => { window.told++; };
            window.look = () => context.getImageData(0, 0, canvas.width, canvas.height).data.reduce((sum, each) => (Math.imul(sum, 31) + each) | 0, 7) + ' '
                + [...tree.querySelectorAll('*')].map(each => each.getAttribute('aria-label') + each.getAttribute('aria-valuetext')).join(); }`);
        const order = (...list) => page.run('list => { for (const name of list) ask({ do: "command", name }); }', list);
        const still = () => page.until(`() => { const now = window.look(), was = window.was; window.was = now;
            return now === was && document.getElementById('state').textContent !== 'Running ...'; }`, LONG);
        const settle = async () => { await still(); await new Promise(done => setTimeout(done, 150)); await still(); };
        await order('AXIS', 'FIT_ALL', 'ZOOM_IN', 'PREVIOUS_MARK');
        const mute = [];
        names.sort(([one], [other]) => (one === 'FATE') - (other === 'FATE')); /* It makes hundreds of runs: nothing waits for its end. */
        for (const [name] of names) {
            if (missing.has(name) || name === 'PALETTE')
                continue;
            await settle();
            if (first[name]) {
                await order(...first[name]);
                await settle();
            }
            await page.run('() => { window.before = window.look(); }');
            await order(name);
            await page.until('() => window.look() !== window.before', LONG).catch(() => mute.push(name));
            await page.run('() => ask({ do: "key", name: "Escape" })');
            await order(...after[name] || []);
        }
        assert.deepEqual(mute, []);
        await order('PALETTE');
        const list = await page.until(`() => { const list = [...document.querySelectorAll('#tree [role=listitem], #tree [role=button]')]
            .map(each => each.getAttribute('aria-label')); return list.some(each => each.startsWith('Run or pause')) && list; }`, LONG);
        for (const [name, text] of names)
            assert.ok(!missing.has(name) || !list.some(each => each.startsWith(text)), `${name} is shown`);
        assert.ok(!list.includes('Load curve'));
    },
    async 'what is printed of a lesson is its hand-out, and of a run its story'() {
        const texts = html => [...html.matchAll(/<(h[12]|p|li|th|td|pre)\b[^>]*>(.*?)<\/\1>/gs)].map(([, , text]) => text.replace(/<[^>]*>/g, ''));
        const sheet = async hash => {
            await visit(hash);
            await page.until('() => document.getElementById("state").textContent === "Ready" && document.body.dataset.sheet', LONG);
            await page.run('() => makeSheet()');
            await page.tools('Emulation.setEmulatedMedia', { media: 'print' });
            assert.equal(await page.run(`() => [...document.querySelectorAll('header, main, footer')].filter(each => each.getClientRects().length > 0).length`), 0,
                'something else is printed');
            const seen = await page.run(`() => { const all = document.getElementById('printed'), image = all.querySelector('img');
                return { html: all.innerHTML, words: all.innerText, picture: image.naturalWidth > 500 && image.clientWidth > 500 }; }`);
            await page.tools('Emulation.setEmulatedMedia', { media: '' });
            assert.ok(seen.picture, 'the picture');
            return seen;
        };
        command('lesson', '1_day', '--handout', join(work, 'day.html'));
        const given = readFileSync(join(work, 'day.html'), 'utf8'), lesson = await sheet('#lesson=1_day');
        const first = texts(given.slice(0, given.indexOf('</section>')));
        assert.ok(first.length >= 6, 'the native hand-out');
        assert.deepEqual(texts(lesson.html).slice(0, first.length), first);
        assert.match(lesson.html, /class="offers"/);
        command('storyboard', 'kb908674', '-o', join(work, 'board.html'));
        /* Functions are read off stacks, which a page has not. */
        const told = texts(readFileSync(join(work, 'board.html'), 'utf8').replace(/<svg.*<\/svg>/s, '')).map(each => each.replace(/, in \w+!\w+/, '')), run = await sheet('#open=kb908674');
        assert.ok(told.length >= 3, 'the native storyboard');
        assert.deepEqual(texts(run.html).filter(each => told.includes(each)), told);
        assert.match(run.words, /STOP 0x00000005 \(0xFDD95978,0xFF2A6D88,0x00000001,0x00000000\) INVALID_PROCESS_ATTACH_ATTEMPT/);
        assert.match(run.words, /Process the thread is attached to now\. Here: store\.exe/);
        assert.match(run.words, /exifsim view .*kb908674.* --seed 2/);
        assert.match(run.words, /#open=kb908674/);
    },
    async 'a run that is saved is downloaded'() {
        await visit('#open=h2_reentry');
        await fingerprint();
        await page.run(`() => { window.download = (name, text) => { window.given = name + ' ' + text; }; ask({ do: 'command', name: 'SAVE_CAPSULE' });
            ask({ do: 'key', name: 'Enter' }); }`);
        assert.match(await page.until('() => window.given', LONG), /^branch\.ini [^]*fingerprint/);
    },
    async 'a person steps back and forth by keyboard'() {
        await visit('#open=kb908674');
        await fingerprint();
        await ready();
        await page.run('() => document.getElementById("tree").focus()');
        const now = `() => [...document.querySelectorAll('#tree [role=status]')].map(e => e.getAttribute('aria-label')).find(t => t.startsWith('Now'))`;
        const before = await page.until(now, LONG);
        await page.key('ArrowLeft', 'ArrowLeft');
        const after = await page.until(`was => { const t = (${now})(); return t !== was && t; }`, LONG, before);
        await page.key('ArrowRight', 'ArrowRight');
        await page.until(`(was) => (${now})() === was`, LONG, before);
        assert.notEqual(before, after);
    },
    async 'the page works without a network once it was visited'() {
        await visit('#open=h2_reentry');
        await fingerprint();
        await page.until('() => navigator.serviceWorker.controller ? true : navigator.serviceWorker.ready.then(r => !!r.active)', LONG);
        await page.tools('Network.enable');
        await page.tools('Network.emulateNetworkConditions', { offline: true, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
        try {
            await visit('#open=h2_reentry');
            assert.equal(await fingerprint(), golden.get('h2_reentry.ini'));
        } finally {
            await page.tools('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
        }
    },
    async 'the single file needs nothing beside it'() {
        const text = capsuleOf('h2_reentry');
        const own = JSON.stringify({ text, view: [] }).replace(/</g, '\\u003c');
        writeFileSync(join(work, 'alone.html'), readFileSync(join(work, 'page.html'), 'utf8')
            .replace('<!-- the run that is opened -->', () => `<script type="application/json" id="opening">${own}</script>`));
        await page.go('about:blank');
        await page.go('file://' + join(work, 'alone.html'));
        assert.equal(await fingerprint(), golden.get('h2_reentry.ini'));
    },
    async 'a lesson fits a phone'() {
        await page.tools('Emulation.setDeviceMetricsOverride', { width: 390, height: 844, deviceScaleFactor: 3, mobile: true });
        try {
            await visit('#lesson=1_day');
            const boxes = await page.until(`() => { const list = [...document.querySelectorAll('#tree [role=button]')]
                .filter(e => /^(Hint|Next|Reveal)/.test(e.getAttribute('aria-label')))
                .map(e => [e.getAttribute('aria-label'), e.getBoundingClientRect()]).map(([name, b]) => [name, b.left, b.right, b.bottom]);
                return list.length === 3 && list; }`, LONG);
            await visit('#open=h2_reentry'); /* The line with the result takes room from the picture. */
            await fingerprint();
            await page.until('() => Math.abs(canvas.width / canvas.height - canvas.clientWidth / canvas.clientHeight) < 0.01', 30000);
            for (const [name, left, right, bottom] of boxes)
                assert.ok(left >= 0 && right <= 390 && bottom <= 844, `${name} is outside`);
        } finally {
            await page.tools('Emulation.setDeviceMetricsOverride', { width: 1280, height: 720, deviceScaleFactor: 1, mobile: false });
        }
    },
};

let passed = 0, failed = 0;
for (const [name, story] of Object.entries(stories)) {
    if (!name.includes(only))
        continue;
    try {
        await story();
        console.log(`ok   ${name}`);
        passed++;
    } catch (error) {
        console.log(`FAIL ${name}\n     ${String(error.message).split('\n').slice(0, 6).join('\n     ')}`);
        failed++;
    }
}
await page.end();
server.end();
rmSync(work, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
