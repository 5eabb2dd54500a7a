/* offline.js - keeps the page's files, so that an installed page works without a network.
 *
 * The files of one build belong together: a new build has a new name for its store, and the old one goes.
 */
'use strict';
const STORE = 'exifsim-BUILD';
const FILES = ['./', 'index.html', 'page.css', 'page.js', 'worker.js', 'exifsim-page.js', 'exifsim-page.wasm', 'letters.bin', 'files.bin', 'list.json',
    'honesty.html', 'icon.svg', 'manifest.webmanifest'];

self.addEventListener('install', event => event.waitUntil(
    caches.open(STORE).then(store => store.addAll(FILES)).then(() => self.skipWaiting())));
self.addEventListener('activate', event => event.waitUntil(
    caches.keys().then(names => Promise.all(names.filter(name => name.startsWith('exifsim-') && name !== STORE).map(name => caches.delete(name))))
        .then(() => self.clients.claim())));
self.addEventListener('fetch', event => event.respondWith(
    caches.open(STORE).then(store => store.match(event.request, { ignoreSearch: true })).then(kept => kept || fetch(event.request))));
