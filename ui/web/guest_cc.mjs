#!/usr/bin/env -S node --no-experimental-fetch
/* guest_cc.mjs - the C compiler by which drivers and programs of scenarios become WebAssembly for the page.
 *
 *     EXIFSIM_CC=guest_cc.mjs exifsim-guests OUT SCENARIO ...     (guests_main.c)
 *
 * It takes the words that ui/guest/guest_compile.c gives to gcc or clang, and gives clang-16, wasm-ld-16 and wasm-opt
 * theirs. A guest becomes a module of its own, which image_wasm.c loads beside the program: it shares the program's
 * memory, stack and table of functions, and has variables of its own.
 *
 * A call of a function of the doors goes where the glue says (guest_glue.c). In WebAssembly such a jump has a type, and
 * only the callers' sources know it: clang writes it beside every function it calls (.functype), so objects are kept
 * with their assembly, and the jumps are written when the guest is linked.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const clang = ['--target=wasm32-unknown-emscripten', '--sysroot=/usr/share/emscripten/cache/sysroot', '-mmutable-globals'];

/* A call for each access to memory, and for nothing else. The glue makes it a point where the scenario wants that
 * (points = memory); what the compiler wrote then ends with this line. */
const atMemory = '# points = memory\n';
const accesses = ['-Xclang', '-fsanitize=thread', ...['func-entry-exit', 'memintrinsics', 'atomics']
    .flatMap(each => ['-mllvm', `-tsan-instrument-${each}=0`])];

function run(program, words) {
    try {
        execFileSync(program, words, { stdio: 'inherit' });
    } catch (error) {
        if (error.code === 'ENOENT')
            console.error(`${program}: error: it cannot be started`);
        process.exit(1);
    }
}

/* ---- Objects ------------------------------------------------------------------------------------ */

/* Functions that are called with the words of a command line, or without. */
const entries = ['guest_main', 'guest_wmain', 'guest_void_main'];

function compile(words) {
    const at = words.indexOf('-o'), object = words[at + 1], isGlue = object.endsWith('.glue.o');
    const others = words.filter((word, i) => i !== at && i !== at + 1 && word !== '-c' && word !== '-g' && !/^-D_(WIN64|AMD64_)$/.test(word))
        .filter(word => word !== '-fsanitize=thread');
    if (words.includes('-E')) {
        run('clang-16', [...clang, ...words]);
        return;
    }
    if (!isGlue) {
        others.push(...accesses);
    } else {
        others.push('-fvisibility=hidden', ...entries.map(each => `-D${each}=exifsim${each.slice(5)}`));
        others.push(`-DAT_MEMORY=${Number(lessen(words.find(word => word.endsWith('.glue.c')), object))}`);
    }
    run('clang-16', [...clang, ...others, '-S', '-o', `${object}.s`]);
    run('clang-16', [...clang, '-c', `${object}.s`, '-o', object]);
    if (words.includes('-fsanitize=thread'))
        appendFileSync(`${object}.s`, atMemory);
}

/* The functions that an assembly has or calls, with their types; those it defines. */
function functions(path) {
    const text = readFileSync(path, 'utf8'), types = new Map(), defined = new Set();
    for (const [, name, takes, gives] of text.matchAll(/^\t\.functype\t(\S+) \((.*)\) -> \((.*)\)$/gm))
        types.set(name, { takes: takes ? takes.split(', ') : [], gives });
    for (const [, name] of text.matchAll(/^(\w+):/gm))
        defined.add(name);
    return { types, defined };
}

/* Leaves those doors alone in a guest's glue that its other objects call, or the glue itself: names of a thousand would be
 * most of a small guest. Writes those that are left to OBJECT.doors. Returns true if accesses are to be points. */
function lessen(glue, object) {
    const stem = basename(object).replace(/glue\.o$/, ''), called = new Set(['nt_access']), left = [];
    const others = readdirSync(dirname(object)).filter(each => each.startsWith(stem) && each.endsWith('.o.s'))
        .map(each => join(dirname(object), each));
    for (const each of others)
        functions(each).types.forEach((type, name) => called.add(name));
    const text = readFileSync(glue, 'utf8').replace(/^DOOR\(\d.*\n/gm, '').replace(/(\bdoors\[\] = \{\n)([^}]*)/, (all, begin, names) =>
        begin + names.split('\n').filter(line => {
            const name = line.trim().slice(1, -2);
            return called.has(name) && left.push(name);
        }).join('\n') + '\n');
    writeFileSync(glue, text);
    writeFileSync(`${object}.doors`, left.join('\n'));
    return others.some(each => readFileSync(each, 'utf8').endsWith(atMemory));
}

/* ---- Jumps -------------------------------------------------------------------------------------- */

/* A function in assembly that calls another by what `call` says. */
function forward(name, { takes, gives }, lines) {
    return [`\t.section .text.${name},"",@`, `\t.hidden ${name}`, `\t.globl ${name}`, `\t.type ${name},@function`, `${name}:`,
        `\t.functype ${name} (${takes.join(', ')}) -> (${gives})`, ...lines.map(line => `\t${line}`), '\tend_function'];
}

const loaded = (name, offset) => ['global.get __memory_base', `i32.const ${name}@MBREL`, 'i32.add', `i32.load ${offset}`];

/* Tells the program whose code calls (sim/host/fault.h). */
const noted = ['global.get exifsim_caller', 'global.get __memory_base', 'i32.store 0'];

function jumps(objects) {
    const doors = new Map(), lines = ['\t.globaltype __memory_base, i32, immutable',
        '\t.globaltype exifsim_caller, i32, immutable', '\t.import_module exifsim_caller, env', '\t.hidden exifsim_doors', '\t.hidden exifsim_point'];
    const known = new Set(), called = new Map(), owned = new Set();
    for (const object of objects) {
        const { types, defined } = functions(`${object}.s`);
        types.forEach((type, name) => called.set(name, type));
        defined.forEach(name => owned.add(name));
        if (object.endsWith('.glue.o'))
            readFileSync(`${object}.doors`, 'utf8').split('\n').forEach((name, number) => doors.set(name, number));
    }
    for (const [name, type] of called) {
        const parameters = type.takes.map((_, i) => `local.get ${i}`);
        if (entries.includes(name) && owned.has(name) && !known.has(name))
            lines.push(`\t.functype ${name} (${type.takes.join(', ')}) -> (${type.gives})`,
                ...forward(`exifsim${name.slice(5)}`, { takes: ['i32', 'i32'], gives: type.gives }, [...parameters, `call ${name}`]));
        if (doors.has(name) && !owned.has(name))
            lines.push(...forward(name, type, [...noted, ...loaded('exifsim_point', 0), 'call_indirect () -> ()', ...noted, ...parameters,
                ...loaded('exifsim_doors', 4 * doors.get(name)), `call_indirect (${type.takes.join(', ')}) -> (${type.gives})`]));
        known.add(name);
    }
    return lines.join('\n') + '\n';
}

function link(words) {
    const out = words[words.indexOf('-o') + 1], objects = words.filter(word => word.endsWith('.o')), text = `${out}.jumps.s`;
    writeFileSync(text, jumps(objects));
    run('clang-16', [...clang, '-c', text, '-o', `${text}.o`]);
    run('wasm-ld-16', ['-shared', '--experimental-pic', '--import-memory', '--import-table', '--allow-undefined', '--strip-debug',
        '--export=exifsim_guest', ...objects, `${text}.o`, '-o', `${out}.linked`]);
    run('wasm-opt', ['--asyncify', '-O1', '--enable-mutable-globals', `${out}.linked`, '-o', out]);
    for (const each of [text, `${text}.o`, `${out}.linked`, ...objects.flatMap(object => [`${object}.s`, `${object}.doors`])])
        rmSync(each, { force: true });
}

/* ---- What was asked ------------------------------------------------------------------------------ */

const words = process.argv.slice(2);
if (words.includes('--version')) { /* By which guests are told that were made before. */
    run('clang-16', ['--version']);
    console.log(createHash('sha256').update(readFileSync(process.argv[1])).digest('hex'));
} else {
    (words.includes('-shared') ? link : compile)(words);
}
