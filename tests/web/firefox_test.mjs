/* firefox_test.mjs FOLDER - the page of ./dev web in Firefox, the second browser.
 *
 * Firefox is spoken to by its own protocol, Marionette: "LENGTH:[0, number, command, parameters]" and answers of the same form.
 * What the page can do is tried in Chromium (page_test.mjs); here, whether it runs, and runs the same.
 */
import { connect } from 'node:net';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { serve } from './browser.mjs';

const [folder] = process.argv.slice(2), names = ['kb908674', 'hotfix', 'h2_reentry'];
const golden = new Map(readFileSync(new URL('../../scenarios/fingerprints.txt', import.meta.url), 'utf8').split('\n')
    .map(line => line.split(' ').reverse()));
const pause = ms => new Promise(resolve => setTimeout(resolve, ms));
const PORT = 2828, LONG = 120000;

async function connected() {
    for (let tries = 0; ; tries++)
        try {
            return await new Promise((resolve, reject) => {
                const socket = connect(PORT, '127.0.0.1', () => resolve(socket)).on('error', reject);
            });
        } catch (notYet) {
            if (tries > 120)
                throw notYet;
            await pause(500);
        }
}

async function session() {
    const socket = await connected(), waiting = new Map();
    let heard = Buffer.alloc(0), number = 0;
    socket.on('data', bytes => {
        heard = Buffer.concat([heard, bytes]);
        for (let colon; (colon = heard.indexOf(':')) >= 0;) {
            const end = colon + 1 + Number(heard.subarray(0, colon));
            if (heard.length < end)
                return;
            const message = JSON.parse(heard.subarray(colon + 1, end));
            heard = heard.subarray(end);
            if (Array.isArray(message)) {
                const [resolve, reject] = waiting.get(message[1]);
                if (message[2])
                    reject(new Error(message[2].message));
                else
                    resolve(message[3]);
            }
        }
    });
    return (command, parameters = {}) => new Promise((resolve, reject) => {
        waiting.set(++number, [resolve, reject]);
        const text = JSON.stringify([0, number, command, parameters]);
        socket.write(`${Buffer.byteLength(text)}:${text}`);
    });
}

const server = await serve(folder), profile = mkdtempSync(join(tmpdir(), 'exifsim-firefox-'));
const firefox = spawn('firefox-esr', ['--headless', '--marionette', '--no-remote', '--profile', profile],
    { stdio: 'ignore', env: { ...process.env, HOME: profile } });
let passed = 0, failed = 0;
try {
    const send = await session();
    await send('WebDriver:NewSession');
    for (const name of names) {
        let is = '';
        await send('WebDriver:Navigate', { url: 'about:blank' });
        await send('WebDriver:Navigate', { url: `${server.address}#open=${name}` });
        for (const end = Date.now() + LONG; !is && Date.now() < end; await pause(100))
            is = (await send('WebDriver:ExecuteScript', { args: [], script: `return document.body.dataset.fingerprint ||
                (document.getElementById('trouble').hidden ? '' : document.getElementById('trouble').textContent)` })).value;
        const good = is === golden.get(`${name}.ini`);
        console.log(`${good ? 'ok  ' : 'FAIL'} ${name}: ${is || 'no end'}`);
        good ? passed++ : failed++;
    }
} catch (error) {
    console.log(`FAIL ${error.message}`);
    failed++;
}
firefox.kill();
server.end();
await pause(500);
rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
