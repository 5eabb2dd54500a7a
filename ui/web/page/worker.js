/* worker.js - runs the program beside the page, so that the page never waits for it.
 *
 *     page --messages--> queue --page_key, page_open ...--> program --page_frame--> pictures, trees --> page
 *
 * Messages are taken between two slices of work. A picture is made when something has changed: at
 * once after a person's doing, now and then while a run goes on.
 */
'use strict';

const SLICE_MS = 8, WOKEN_MS = 40, TREE_MS = 120, IDLE_MS = 250;
const HOME = '/home/web_user/.local/share/exifsim';
const queue = [];
let program = null, opened = false, size = { width: 1, height: 1 };
let working = null, drawn = 0, told = 0, treeText = '', resultText = '', keptText = '', said = [], waiting = 0, due = true;

const doors = new MessageChannel();
doors.port1.onmessage = () => { waiting = 0; turn(); };

function schedule(ms) {
    if (waiting) {
        if (ms > 0)
            return;
        clearTimeout(waiting);
    }
    if (ms > 0) {
        waiting = setTimeout(() => { waiting = 0; turn(); }, ms);
    } else {
        waiting = -1;
        doors.port2.postMessage(0);
    }
}

function textOf(call) {
    program['_' + call]();
    return program.UTF8ToString(program._page_said());
}

function withText(text, use) {
    const bytes = program.lengthBytesUTF8(text) + 1, at = program._malloc(bytes);
    program.stringToUTF8(text, at, bytes);
    use(at);
    program._free(at);
}

/* ---- What the page asks for -------------------------------------------------------------------- */

const handlers = {
    start(m) {
        self.Module = {
            wasmBinary: m.wasm,
            print: line => said.push(line),
            printErr: line => said.push(line),
            copied: text => postMessage({ copied: text }),
            saved: path => postMessage({ saved: path.replace(/^.*\//, ''), text: program.FS.readFile(path, { encoding: 'utf8' }) }),
            noInitialRun: true,
            onAbort: what => postMessage({ ended: String(what) }),
            onRuntimeInitialized() {
                program = self.Module;
                put(m.files);
                program.FS.chdir('/exifsim');
                for (const [path, text] of Object.entries(m.kept || {})) {
                    program.FS.mkdirTree(HOME);
                    program.FS.writeFile(path, text);
                }
                const at = program._malloc(m.letters.length);
                program.HEAPU8.set(m.letters, at);
                program._page_letters(at, m.letters.length);
                schedule(0);
            },
        };
        (0, eval)(m.script); /* A page from a disk may import nothing, not even what it has made itself. */
    },
    open(m) {
        said = [];
        for (const [path, text] of Object.entries(m.files || {})) {
            program.FS.mkdirTree(path.replace(/\/[^/]*$/, ''));
            program.FS.writeFile(path, text);
        }
        resultText = treeText = '';
        working = null;
        withText(m.words.join('\n'), at => program._page_open(at, m.percent));
        opened = program._page_good() !== 0;
        postMessage({ opened, said, id: m.id });
        said = [];
    },
    read(m) {
        let text = null;
        try {
            text = program.FS.readFile(m.path, { encoding: 'utf8' });
        } catch (missing) { /* null says so. */ }
        postMessage({ read: m.path, text, id: m.id });
    },
    size(m) { size = { width: m.width, height: m.height }; },
    key(m) { withText(m.name, at => program._page_key(at)); },
    text(m) { withText(m.text, at => program._page_text(at)); },
    move(m) { program._page_move(m.x, m.y); },
    press(m) { program._page_press(m.x, m.y, m.button, m.modifiers, m.clicks); },
    release(m) { program._page_release(m.x, m.y, m.button); },
    wheel(m) { program._page_wheel(m.x, m.y, m.dx, m.dy, m.modifiers); },
    command(m) { withText(m.name, at => program._page_do(at)); },
    activate(m) { program._page_activate(parseInt(m.key.slice(0, 8), 16), parseInt(m.key.slice(8), 16)); },
    sheet(m) { postMessage({ sheet: opened ? textOf('page_sheet') : '', id: m.id }); },
    ping(m) { postMessage({ pong: m.id }); },
};
const anytime = new Set(['start', 'open', 'read', 'size', 'ping', 'sheet']);

onmessage = event => {
    if (event.data.do === 'start') {
        handlers.start(event.data);
        return;
    }
    /* Of several moves of the pointer the last one counts. */
    const last = queue[queue.length - 1];
    if (event.data.do === 'move' && last && last.do === 'move')
        queue.pop();
    queue.push(event.data);
    if (program)
        schedule(0);
};

/* Files of the program: a list of names and sizes, then the bytes. */
function put(files) {
    const view = new DataView(files.buffer, files.byteOffset, files.byteLength);
    const length = view.getUint32(0, true);
    const list = JSON.parse(new TextDecoder().decode(files.subarray(4, 4 + length)));
    let at = 4 + length;
    for (const [path, bytes] of list) {
        program.FS.mkdirTree(path.replace(/\/[^/]*$/, ''));
        program.FS.writeFile(path, files.subarray(at, at + bytes));
        at += bytes;
    }
}

/* ---- What the page is given -------------------------------------------------------------------- */

function picture() {
    program._page_frame(size.width, size.height);
    const bytes = size.width * size.height * 4, at = program._page_pixels();
    const pixels = program.HEAPU8.slice(at, at + bytes).buffer;
    postMessage({ pixels, width: size.width, height: size.height }, [pixels]);
}

function tell() {
    const tree = textOf('page_tree');
    if (tree !== treeText)
        postMessage({ tree: treeText = tree });
    const result = textOf('page_result');
    if (result !== resultText)
        postMessage({ result: resultText = result });
    keep();
}

/* What belongs to the person: progress of lessons, best plays. */
function keep() {
    const kept = {};
    let names = [];
    try {
        names = program.FS.readdir(HOME);
    } catch (none) { /* Nothing was kept yet. */ }
    for (const name of names)
        if (!name.startsWith('.'))
            kept[HOME + '/' + name] = program.FS.readFile(HOME + '/' + name, { encoding: 'utf8' });
    const text = JSON.stringify(kept);
    if (text !== keptText && Object.keys(kept).length > 0)
        postMessage({ kept: keptText = text });
}

function turn() {
    try {
        let done = false;
        while (queue.length > 0) {
            const message = queue.shift();
            if (!opened && !anytime.has(message.do))
                continue;
            handlers[message.do](message);
            done = true;
        }
        if (!opened)
            return;
        program._page_go_on(SLICE_MS);
        const busy = program._page_is_working() !== 0, now = performance.now();
        if (busy !== working)
            postMessage({ working: working = busy });
        const woken = program._page_is_woken() !== 0, dirty = done || program._page_is_dirty() !== 0;
        due = due || dirty;
        if (dirty || (woken && now - drawn >= WOKEN_MS)) {
            picture();
            drawn = now;
            due = true;
        }
        if (due && (now - told >= TREE_MS || !busy)) {
            tell();
            told = now;
            due = false;
        }
        schedule(busy || program._page_is_dirty() ? 0 : woken ? WOKEN_MS : IDLE_MS);
    } catch (error) {
        postMessage({ ended: String(error && error.stack || error), said });
        close();
    }
}
