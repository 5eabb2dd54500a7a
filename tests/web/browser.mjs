/* browser.mjs - a browser without a window, a plain file server, and how tests speak to both.
 *
 *     const server = await serve('build/web');
 *     const page = await browse({ width: 1280, height: 720 });
 *     await page.go(server.address + '#open=kb908674');
 *     await page.until(() => document.body.dataset.fingerprint, 20000);
 *     await page.keys('tree', 'ArrowRight');
 *     await page.picture('build/web-test/night.png');
 *     await page.end();
 *
 * Debian's chromium and chromedriver; WebDriver's own protocol, and that of the browser's tools for what it has not.
 */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { createReadStream, existsSync, statSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join, extname } from 'node:path';
import { tmpdir } from 'node:os';

const kinds = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm', '.json': 'application/json',
    '.svg': 'image/svg+xml', '.webmanifest': 'application/manifest+json' };

/* A plain file server: no header but the kind of the file. */
export async function serve(folder) {
    const server = createServer((request, answer) => {
        const name = decodeURIComponent(new URL(request.url, 'http://x').pathname).replace(/\/$/, '/index.html');
        const path = join(folder, name);
        if (name.includes('..') || !existsSync(path) || !statSync(path).isFile()) {
            answer.writeHead(404).end();
            return;
        }
        answer.writeHead(200, { 'Content-Type': kinds[extname(path)] || 'application/octet-stream' });
        createReadStream(path).pipe(answer);
    });
    await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
    return { address: `http://127.0.0.1:${server.address().port}/`, end: () => server.close() };
}

const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

async function startDriver() {
    const driver = spawn('chromedriver', ['--port=0'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const port = await new Promise((resolve, reject) => {
        let said = '';
        driver.stdout.on('data', bytes => {
            said += bytes;
            const found = /on port (\d+)/.exec(said.replace(/port 0/, ''));
            if (found)
                resolve(found[1]);
        });
        driver.on('exit', () => reject(new Error('chromedriver ended: ' + said)));
    });
    return { driver, address: `http://127.0.0.1:${port}` };
}

export async function browse({ width, height, ratio = 1 }) {
    const { driver, address } = await startDriver();
    const profile = mkdtempSync(join(tmpdir(), 'exifsim-web-'));
    async function call(method, path, body) {
        const answer = await fetch(address + path, { method, body: body && JSON.stringify(body) });
        const { value } = await answer.json();
        if (value && value.error)
            throw new Error(`${value.error}: ${value.message.split('\n')[0]}`);
        return value;
    }
    const { sessionId } = await call('POST', '/session', { capabilities: { alwaysMatch: {
        browserName: 'chrome',
        'goog:chromeOptions': { args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--disable-dev-shm-usage',
            `--user-data-dir=${profile}`, `--window-size=${width},${height}`] },
        'goog:loggingPrefs': { browser: 'ALL' },
    } } });
    const at = `/session/${sessionId}`;
    const tools = (cmd, params = {}) => call('POST', at + '/goog/cdp/execute', { cmd, params });
    await tools('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: ratio, mobile: ratio > 1 });
    const run = (script, ...args) => call('POST', at + '/execute/sync',
        { script: `return (${script}).apply(null, arguments)`, args });
    return {
        tools, run, profile,
        go: url => call('POST', at + '/url', { url }),
        async until(condition, ms, ...args) {
            const end = Date.now() + ms;
            for (;;) {
                const value = await run(condition, ...args);
                if (value)
                    return value;
                if (Date.now() > end)
                    throw new Error(`not within ${ms} ms: ${condition}`);
                await pause(20);
            }
        },
        async key(name, code = name, modifiers = 0, text = '') {
            for (const type of [text ? 'keyDown' : 'rawKeyDown', 'keyUp'])
                await tools('Input.dispatchKeyEvent', { type, key: name, code, modifiers, text: type === 'keyUp' ? '' : text });
        },
        async picture(path) {
            const { data } = await tools('Page.captureScreenshot', { format: 'png' });
            writeFileSync(path, Buffer.from(data, 'base64'));
        },
        /* What a screen reader has: [role, name] of all that is not ignored. */
        async heard() {
            const { nodes } = await tools('Accessibility.getFullAXTree');
            return nodes.filter(node => !node.ignored).map(node => [node.role?.value, node.name?.value || '']);
        },
        said: () => call('POST', at + '/se/log', { type: 'browser' }).then(list => list.map(entry => entry.message)),
        async end() {
            await call('DELETE', at).catch(() => {});
            driver.kill();
            await pause(100);
            rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
        },
    };
}
