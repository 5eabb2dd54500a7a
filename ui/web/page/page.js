/* page.js - the page: gives the program what a person does, shows what it makes.
 *
 * The program runs in worker.js. Here are the canvas, the elements for screen readers, the link in the address, the
 * editor, and what is kept from one visit to the next. Nothing is sent anywhere.
 */
'use strict';

const $ = id => document.getElementById(id);
const canvas = $('picture'), tree = $('tree'), context = canvas.getContext('2d');
const PATIENCE_MS = 20000, LONG_MS = 120000, LINK_BYTES = 65536;
let worker = null, words = [], openedText = null, expected = null, begun = 0, answered = 0, ended = false, settled = false, working = true, pinged = 0, ids = 0;
let percent = 100;
/* Sizes of letters, in percent, and the file that has them: small ones for common screens, large ones for fine ones. */
const LETTERS = { 'letters-small.bin': [100, 125, 150, 175], 'letters-large.bin': [200, 300, 350] };
const lettersName = (window.devicePixelRatio || 1) < 1.75 ? 'letters-small.bin' : 'letters-large.bin';
const waiting = new Map();

/* ---- Parts of the program ---------------------------------------------------------------------- */

async function unpacked(stream, limit) {
    const reader = stream.pipeThrough(new DecompressionStream('deflate-raw')).getReader(), parts = [];
    let length = 0;
    for (;;) {
        const { done, value } = await reader.read();
        if (done)
            break;
        length += value.length;
        if (limit && length > limit)
            throw new Error(`more than ${limit} bytes`);
        parts.push(value);
    }
    const all = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
        all.set(part, at);
        at += part.length;
    }
    return all;
}

function bytesOf(base64) {
    return Uint8Array.from(atob(base64.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));
}

/* A part lies in the page itself, or beside it. */
async function part(name) {
    const own = document.getElementById('part-' + name);
    if (own)
        return unpacked(new Blob([bytesOf(own.textContent.trim())]).stream());
    const answer = await fetch(name);
    if (!answer.ok)
        throw new Error(`${name}: ${answer.status} ${answer.statusText}`);
    return new Uint8Array(await answer.arrayBuffer());
}

function asScript(bytes) {
    return URL.createObjectURL(new Blob([bytes], { type: 'text/javascript' }));
}

/* ---- The worker -------------------------------------------------------------------------------- */

function ask(message, transfer) {
    worker.postMessage(message, transfer || []);
}

function askFor(message) {
    const id = ++ids;
    return new Promise(resolve => {
        waiting.set(id, resolve);
        ask({ ...message, id });
    });
}

async function start() {
    const [own, script, wasm, letters, files] = await Promise.all(
        ['worker.js', 'exifsim-page.js', 'exifsim-page.wasm', lettersName, 'files.bin'].map(part));
    worker = new Worker(asScript(own));
    worker.onmessage = event => take(event.data);
    worker.onerror = event => trouble('The program could not be started', event.message);
    let kept = {};
    try {
        kept = JSON.parse(localStorage.getItem('exifsim') || '{}');
    } catch (none) { /* A browser that keeps nothing, or something else's text. */ }
    ask({ do: 'start', script: new TextDecoder().decode(script), wasm: wasm.buffer, letters, files, kept }, [wasm.buffer]);
}

function take(m) {
    answered = performance.now();
    if (m.id && waiting.has(m.id)) {
        waiting.get(m.id)(m);
        waiting.delete(m.id);
    }
    if (m.pixels)
        show(m);
    if (m.tree !== undefined) {
        mirror(m.tree);
        changed();
    }
    if (m.result !== undefined)
        tellResult(m.result);
    if (m.working !== undefined) {
        settled = settled || !m.working;
        working = m.working;
        if (!expected && !ended)
            $('state').textContent = m.working ? 'Running ...' : 'Ready';
    }
    if (m.copied !== undefined)
        shortened(m.copied).then(copy);
    if (m.saved !== undefined)
        download(m.saved, m.text);
    if (m.kept !== undefined)
        try {
            localStorage.setItem('exifsim', m.kept);
        } catch (full) { /* Then it lasts as long as the page. */ }
    if (m.ended !== undefined)
        trouble('The program has ended', [...(m.said || []), m.ended.split('\n')[0]].join('\n'), true);
}

/* A program that does not answer is ended: the page never hangs with it. A page in the background is seldom called here, so
 * what counts is how long a question has had no answer. */
setInterval(() => {
    if (!worker || ended || !begun)
        return;
    const now = performance.now();
    if (answered >= pinged) {
        pinged = now;
        ask({ do: 'ping' });
    } else if (now - pinged > PATIENCE_MS) {
        worker.terminate();
        trouble('The program does not answer any more', 'It was ended.', true);
    }
    if (now - begun > LONG_MS && !settled && !ended) {
        worker.terminate();
        trouble('This run is longer than a page allows', 'Two minutes have passed. exifsim itself has no such limit.', true);
    }
}, 2000);

async function restart() {
    if (worker)
        worker.terminate();
    ended = false;
    await start();
}

/* ---- Opening ----------------------------------------------------------------------------------- */

async function open(list, files, text) {
    if (ended)
        await restart();
    $('trouble').hidden = true;
    $('result').textContent = '';
    $('state').textContent = 'Running ...';
    words = list;
    openedText = text === undefined ? null : text;
    begun = performance.now();
    pinged = 0;
    settled = false;
    working = true;
    measure();
    const m = await askFor({ do: 'open', words, files, percent });
    if (!m.opened)
        trouble('It cannot be opened', m.said.join('\n'));
    return m;
}

function trouble(title, text, final) {
    ended = ended || Boolean(final);
    const box = $('trouble');
    box.replaceChildren(Object.assign(document.createElement('h2'), { textContent: title }), text);
    box.hidden = false;
    $('state').textContent = title;
}

function capsuleValue(text, key) {
    const found = new RegExp('^' + key + '\\s*=\\s*(\\S.*)$', 'm').exec(text || '');
    return found ? found[1].trim() : null;
}

function tellResult(text) {
    const said = Object.fromEntries(text.split('\n').filter(Boolean).map(line => line.split('\t')));
    if (!said.fingerprint)
        return;
    document.title = said.title + ' - exifsim';
    const records = Number(said.records).toLocaleString('en').replace(/,/g, ' ');
    $('result').textContent = (said.stop ? 'STOP ' + said.stop : 'The system stands') +
        ` · fingerprint ${said.fingerprint} · ${records} records`;
    document.body.dataset.fingerprint = said.fingerprint;
    document.body.dataset.stop = said.stop || '';
    if (!expected)
        return;
    if (expected === said.fingerprint)
        $('state').textContent = 'The run of the link: same fingerprint';
    else
        trouble('This is not the run of the link',
            `It has the fingerprint ${said.fingerprint} (expected ${expected}). ` +
            (openedText && capsuleValue(openedText, 'build')
                ? `The link was made by ${capsuleValue(openedText, 'build')}; another build may run it otherwise.`
                : 'The link is damaged, or was made by another build.'));
}

/* ---- Links: the capsule, compressed; the instant; the view -------------------------------------- */

/* Words as for a shell: blanks between, '...' around what has blanks. */
function wordsOf(text) {
    return (text.match(/(?:'[^']*'|\\.|[^\s'])+/g) || [])
        .map(word => word.replace(/'([^']*)'|\\(.)/g, (all, quoted, single) => single || quoted));
}

function fromLink() {
    const link = new URLSearchParams(location.hash.slice(1)), more = [];
    if (link.has('at'))
        more.push('--at', link.get('at'));
    if (link.has('view'))
        more.push(...wordsOf(link.get('view')));
    return { link, more };
}

async function openLink() {
    const own = document.getElementById('opening');
    const { link, more } = fromLink();
    expected = null;
    if (link.has('run')) {
        let text;
        try {
            text = new TextDecoder('utf-8', { fatal: true }).decode(
                await unpacked(new Blob([bytesOf(link.get('run'))]).stream(), LINK_BYTES));
        } catch (broken) {
            trouble('The link is broken', 'What follows "#run=" is no compressed capsule: ' + broken.message);
            return;
        }
        expected = capsuleValue(text, 'fingerprint');
        editedFolder = '/exifsim/scenarios';
        await open(['/run/link.ini', ...more], { '/run/link.ini': text }, text);
    } else if (link.has('lesson')) {
        await open(['--lesson', link.get('lesson')]);
    } else if (link.has('game')) {
        await open(['--game', ...(link.get('game') ? [link.get('game')] : [])]);
    } else if (link.has('open')) {
        await open([link.get('open'), ...more]);
    } else if (own) {
        const { text, view } = JSON.parse(own.textContent);
        expected = capsuleValue(text, 'fingerprint');
        await open(['/run/page.ini', ...view], { '/run/page.ini': text }, text);
    } else {
        await open(['kb908674', ...more]);
    }
}

function base64url(bytes) {
    let text = '';
    for (const byte of bytes)
        text += String.fromCharCode(byte);
    return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
}

/* A link as the program makes it has its capsule uncompressed, and no address before it. */
async function shortened(text) {
    const found = /^index\.html#run=([\w-]+)(.*)$/s.exec(text);
    if (!found)
        return text;
    const stream = new Blob([await unpacked(new Blob([bytesOf(found[1])]).stream())]).stream()
        .pipeThrough(new CompressionStream('deflate-raw'));
    return location.href.replace(/#.*/, '') + '#run=' + base64url(new Uint8Array(await new Response(stream).arrayBuffer())) + found[2];
}

async function copy(text) {
    try {
        await navigator.clipboard.writeText(text);
        $('state').textContent = 'Copied';
    } catch (refused) {
        trouble('Copy this', text);
    }
}

function download(name, text) {
    const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    Object.assign(document.createElement('a'), { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
}

/* ---- The picture ------------------------------------------------------------------------------- */

function measure() {
    const ratio = window.devicePixelRatio || 1, box = $('tree').getBoundingClientRect();
    const width = Math.max(1, Math.round(box.width * ratio)), height = Math.max(1, Math.round(box.height * ratio));
    percent = LETTERS[lettersName].reduce((best, each) => Math.abs(each - 100 * ratio) < Math.abs(best - 100 * ratio) ? each : best);
    if (worker)
        ask({ do: 'size', width, height });
}

function show(m) {
    if (canvas.width !== m.width || canvas.height !== m.height) {
        canvas.width = m.width;
        canvas.height = m.height;
    }
    context.putImageData(new ImageData(new Uint8ClampedArray(m.pixels), m.width, m.height), 0, 0);
    if (!canvas.dataset.first)
        canvas.dataset.first = String(Math.round(performance.now()));
}

/* ---- What is read aloud ------------------------------------------------------------------------ */

const roles = {
    window: 'group', toggle: 'button', 'text field': 'textbox', text: 'note', lane: 'listitem', 'lane header': 'listitem',
    span: 'listitem', mark: 'listitem', graph: 'img', ruler: 'img', minimap: 'img', cursor: 'slider', 'list item': 'listitem',
    'menu item': 'menuitem', tip: 'tooltip', progress: 'progressbar',
};
const described = { lane: 'lane', 'lane header': 'lane', span: 'span', mark: 'mark', minimap: 'overview', ruler: 'ruler' };
const FOCUSED = 2, SELECTED = 4, EXPANDED = 8, COLLAPSED = 16, DISABLED = 32, CHECKED = 128, MODAL = 512, BUSY = 2048, LIVE = 4096;
const elements = new Map();

function set(element, name, value) {
    if (value === null || value === undefined || value === false) {
        if (element.hasAttribute(name))
            element.removeAttribute(name);
    } else if (element.getAttribute(name) !== String(value)) {
        element.setAttribute(name, String(value));
    }
}

/* Makes the elements that the lines say; those that stay are the same ones, so that a reader keeps its place. */
function mirror(text) {
    const ratio = window.devicePixelRatio || 1, above = [tree], seen = new Set(), places = new Map(),
        top = tree.getBoundingClientRect().top;
    let focused = null;
    for (const line of text.split('\n')) {
        if (!line)
            continue;
        const [depth, key, role, stateText, x, y, w, h, name, value, note] = line.split('\t');
        const state = Number(stateText), level = Number(depth);
        let element = elements.get(key);
        if (seen.has(key))
            continue;
        if (!element) {
            element = document.createElement('div');
            element.id = 'n' + key;
            elements.set(key, element);
        }
        seen.add(key);
        const parent = above[level] || tree, place = places.get(parent) || 0;
        if (parent.children[place] !== element)
            parent.insertBefore(element, parent.children[place] || null);
        places.set(parent, place + 1);
        above.length = level + 1;
        above[level + 1] = element;
        set(element, 'role', roles[role] || role);
        set(element, 'aria-roledescription', described[role]);
        set(element, 'aria-label', value && role !== 'text field' ? `${name}: ${value}` : name);
        set(element, 'aria-description', note || null);
        set(element, 'aria-valuetext', role === 'slider' || role === 'cursor' || role === 'progress' ? value : null);
        if (role === 'text field' && element.textContent !== value)
            element.textContent = value;
        set(element, 'aria-selected', state & SELECTED ? true : null);
        set(element, 'aria-expanded', state & EXPANDED ? true : state & COLLAPSED ? 'false' : null);
        set(element, 'aria-disabled', state & DISABLED ? true : null);
        set(element, 'aria-pressed', role === 'toggle' ? (state & CHECKED ? 'true' : 'false') : null);
        set(element, 'aria-modal', state & MODAL ? true : null);
        set(element, 'aria-busy', state & BUSY ? true : null);
        set(element, 'aria-live', state & LIVE ? 'polite' : null);
        set(element, 'style', `position:fixed;left:${x / ratio}px;top:${y / ratio + top}px;width:${w / ratio}px;height:${h / ratio}px`);
        if (state & FOCUSED)
            focused = element;
    }
    for (const [key, element] of elements)
        if (!seen.has(key)) {
            element.remove();
            elements.delete(key);
        }
    set(tree, 'aria-activedescendant', focused ? focused.id : null);
}

tree.addEventListener('click', event => {
    const key = event.target.id.slice(1);
    if (elements.has(key))
        ask({ do: 'activate', key });
});

/* ---- Keys and pointer -------------------------------------------------------------------------- */

const keyNames = {
    NumpadEnter: 'Enter', NumpadAdd: 'Equals', NumpadSubtract: 'Minus', NumpadDivide: 'Slash', ArrowLeft: 'Left', ArrowRight: 'Right',
    ArrowUp: 'Up', ArrowDown: 'Down', Quote: 'Apostrophe', BracketLeft: 'LeftBracket', BracketRight: 'RightBracket',
    Backquote: 'Grave', Equal: 'Equals',
};
const ownNames = /^(F\d+|Space|Enter|Escape|Tab|Backspace|Delete|Insert|Home|End|PageUp|PageDown|Period|Comma|Slash|Backslash|Semicolon|Minus)$/;
let leaves = false;

function keyName(event) {
    const code = event.code;
    const name = /^Key[A-Z]$/.test(code) ? code[3] : /^(Digit|Numpad)\d$/.test(code) ? code.slice(-1)
        : keyNames[code] || (ownNames.test(code) ? code : null);
    if (!name)
        return null;
    return (event.ctrlKey || event.metaKey ? 'Ctrl+' : '') + (event.altKey ? 'Alt+' : '') + (event.shiftKey ? 'Shift+' : '') + name;
}

/* Keys that are the browser's (ui/web/otherwise.def has the commands that do without them). */
const browsers = /^(Ctrl\+[LPRTW]|Ctrl\+Tab|F1[12])$/;

/* Escape, then Tab, leaves the picture: everything else on the page can be reached by keyboard, too. */
tree.addEventListener('keydown', event => {
    const name = keyName(event);
    if (!name || (leaves && event.key === 'Tab') || browsers.test(name))
        return;
    leaves = event.key === 'Escape';
    event.preventDefault();
    if (name === 'Ctrl+V')
        navigator.clipboard.readText().then(text => ask({ do: 'text', text }), () => {});
    ask({ do: 'key', name });
    if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey)
        ask({ do: 'text', text: event.key });
});

function modifiersOf(event) {
    return (event.shiftKey ? 1 : 0) | (event.ctrlKey || event.metaKey ? 2 : 0) | (event.altKey ? 4 : 0);
}

function place(event) {
    const ratio = window.devicePixelRatio || 1, box = canvas.getBoundingClientRect();
    return { x: Math.round((event.clientX - box.left) * ratio), y: Math.round((event.clientY - box.top) * ratio) };
}

const buttons = [1, 2, 4], fingers = new Map();
let spread = 0;

function spreadOf() {
    const [a, b] = [...fingers.values()];
    return Math.hypot(a.x - b.x, a.y - b.y);
}

/* Ends a press without its effect: the pointer goes away first. */
function letGo() {
    ask({ do: 'move', x: -1, y: -1 });
    ask({ do: 'release', x: -1, y: -1, button: 1 });
}

canvas.addEventListener('pointerdown', event => {
    tree.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, place(event));
    if (fingers.size === 2) {
        spread = spreadOf();
        letGo();
        return;
    }
    ask({ do: 'press', ...place(event), button: buttons[event.button] || 1, modifiers: modifiersOf(event), clicks: event.detail || 1 });
});
canvas.addEventListener('pointermove', event => {
    if (fingers.has(event.pointerId))
        fingers.set(event.pointerId, place(event));
    if (fingers.size === 2) { /* Two fingers zoom. */
        const now = spreadOf();
        if (Math.abs(now - spread) > 40) {
            ask({ do: 'wheel', ...place(event), dx: 0, dy: now > spread ? 1 : -1, modifiers: 2 });
            spread = now;
        }
        return;
    }
    ask({ do: 'move', ...place(event) });
});
canvas.addEventListener('pointerup', event => {
    fingers.delete(event.pointerId);
    ask({ do: 'release', ...place(event), button: buttons[event.button] || 1 });
});
canvas.addEventListener('pointercancel', event => {
    fingers.delete(event.pointerId);
    letGo();
});
canvas.addEventListener('pointerleave', () => ask({ do: 'move', x: -1, y: -1 }));
canvas.addEventListener('contextmenu', event => event.preventDefault());
canvas.addEventListener('wheel', event => {
    event.preventDefault();
    const step = value => Math.sign(value) * Math.max(1, Math.round(Math.abs(value) / 100));
    ask({ do: 'wheel', ...place(event), dx: event.deltaX ? step(event.deltaX) : 0, dy: event.deltaY ? -step(event.deltaY) : 0,
        modifiers: modifiersOf(event) });
}, { passive: false });

/* ---- The line above ---------------------------------------------------------------------------- */

async function list() {
    const names = JSON.parse(new TextDecoder().decode(await part('list.json')));
    for (const [label, entries] of names) {
        const group = document.createElement('optgroup');
        group.label = label;
        for (const [hash, title] of entries)
            group.append(Object.assign(document.createElement('option'), { value: hash, textContent: title }));
        $('open').append(group);
    }
}

$('open').addEventListener('change', () => {
    if ($('open').value)
        location.hash = $('open').value;
    $('open').value = '';
    tree.focus({ preventScroll: true });
});
window.addEventListener('hashchange', openLink);
/* The picture's place changes with the window, and with the lines around it. */
new ResizeObserver(measure).observe(tree);

/* ---- Printing ---------------------------------------------------------------------------------- */

/* What is printed is made by the program, as its hand-outs are. A browser that prints by itself does not wait for it, so it
 * is also made whenever the page has been quiet for a while. */
const QUIET_MS = 800;
let quiet = 0, sheetAsked = false;

async function makeSheet() {
    if (sheetAsked || ended || !begun)
        return;
    sheetAsked = true;
    const { sheet } = await askFor({ do: 'sheet' }), printed = $('printed');
    sheetAsked = false;
    printed.innerHTML = sheet;
    if (openedText === null || /^#run=/.test(location.hash))
        printed.append(Object.assign(document.createElement('p'), { className: 'address', textContent: location.href }));
    await Promise.all([...printed.querySelectorAll('img')].map(each => each.decode().catch(() => {})));
    document.body.dataset.sheet = String(Number(document.body.dataset.sheet || 0) + 1);
}

function changed() {
    clearTimeout(quiet);
    quiet = setTimeout(() => working ? changed() : makeSheet(), QUIET_MS);
}

async function printSheet() {
    clearTimeout(quiet);
    await makeSheet();
    window.print();
}
$('print').addEventListener('click', printSheet);

$('link').addEventListener('click', () => ask({ do: 'command', name: 'COPY_PAGE' }));

/* ---- The editor -------------------------------------------------------------------------------- */

/* The folder of the edited scenario: what it extends, and sources of its drivers, are found from there. */
let editedFolder = '/exifsim/scenarios';

$('edit').addEventListener('click', async () => {
    let text = openedText;
    if (text === null) {
        const name = words.find(word => !word.startsWith('-')) || 'kb908674';
        for (const path of [name, `/exifsim/scenarios/${name}.ini`, `/exifsim/scenarios/${name}`]) {
            const m = await askFor({ do: 'read', path });
            if (m.text !== null) {
                text = m.text;
                editedFolder = (path.startsWith('/') ? path : `/exifsim/${path}`).replace(/\/[^/]*$/, '');
                break;
            }
        }
    }
    $('text').value = text || '';
    $('errors').replaceChildren();
    $('editor').showModal();
});

/* "file:line:column: what" leads to its place in the text. */
function showErrors(said) {
    $('errors').replaceChildren(...said.map(line => {
        const item = document.createElement('li'), button = document.createElement('button');
        button.type = 'button';
        button.textContent = line.replace(/^\/\S*\//, '');
        button.addEventListener('click', () => {
            const found = /:(\d+):(\d+):/.exec(line);
            if (!found)
                return;
            const lines = $('text').value.split('\n');
            const at = lines.slice(0, found[1] - 1).reduce((sum, each) => sum + each.length + 1, 0) + Number(found[2]) - 1;
            $('text').focus();
            $('text').setSelectionRange(at, at + 1);
        });
        item.append(button);
        return item;
    }));
}

$('run').addEventListener('click', async event => {
    event.preventDefault();
    const text = $('text').value;
    expected = null;
    const path = `${editedFolder}/edited.ini`;
    const m = await open([path], { [path]: text }, text);
    if (m.opened) {
        $('editor').close();
        tree.focus({ preventScroll: true });
    } else {
        $('trouble').hidden = true;
        showErrors(m.said);
    }
});

/* ---- Beginning --------------------------------------------------------------------------------- */

(async () => {
    try {
        await start();
        await openLink();
        tree.focus({ preventScroll: true });
        await list();
        if ('serviceWorker' in navigator && location.protocol.startsWith('http') && !document.getElementById('part-worker.js'))
            navigator.serviceWorker.register('offline.js').catch(() => {});
    } catch (error) {
        trouble('The page cannot be started', String(error.message || error));
    }
})();
