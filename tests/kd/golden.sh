#!/bin/sh
# golden.sh EXIFSIM - what the debugger prints at the stop of the article's night, and of a guest that stops.
#
# GOLDEN_UPDATE=1 writes the files anew. Where a guest's code lies, and its processes' addresses behind it, is the compiler's
# business and is masked. Frames are read on x86-64 only.
set -u
exifsim=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case ${EXIFSIM_HOST:-$(uname -m)} in
x86_64) ;;
*) echo "skipped: stacks are not read here"; exit 77 ;;
esac
cd "$here/../.." || exit 1
failed=0

golden() { # NAME SCENARIO COMMANDS
    "$exifsim" kd "$2" -c "$(printf %s "$3" | tr -d '\n')" >"$work/read" 2>"$work/err"
    code=$?
    # Where a thread's own variables lie is the sanitizer's business where there is one.
    sed -E 's/(UserIosb +: )0x[0-9a-f]{8}/\10x########/; s/0x[Ff]80[0-9a-fA-F]{5}/0xf80#####/g; s/([^0-9a-f])f80[0-9a-f]{5}([^0-9a-f])/\1f80#####\2/g' "$work/read" >"$work/masked"
    [ -z "${GOLDEN_UPDATE:-}" ] || cp "$work/masked" "$here/$1.golden"
    if [ $code != 0 ] || [ -s "$work/err" ] || ! diff -u "$here/$1.golden" "$work/masked"; then
        echo "not ok: $1 (exit code $code)"
        cat "$work/err"
        failed=1
    fi
}

golden night scenarios/kb908674.ini '.bugcheck; !process; !process 0 0; !process 0 3 store; !thread; k 3; kb; kv 2; kn 4
    ; !running; !ready; !irpfind; !irp fb031b80; !handle 18; !object \Device; !drvobj exifs 2; !devobj fb0082c8; !devstack fb0082c8
    ; !poolused 2; !timer; !apc; !verifier; lm; ln e0953bb3; x exifs!*Cleanup*; .process ff2a6d88; .thread fb012ad8; ba w4 2f0040; bl; bc 0'
golden time scenarios/kb908674.ini 'bp KeAttachProcess; bl; g-; kn 4; g-; t; t-; p; p-; gu; gu-; bc *; bp ATTACH; g; g; g
    ; !tt 0; !tt 50; !tt stop - 3 records; !tt 10000:0; g; .process ff2a6d88; db 2f0040 L20; dd 2f0040 L4; da 2f0040; du 2f0040
    ; bc *; !tt first FOREIGN_WRITE; .process ff2a6d88; db 210000 L20; ba w4 210000; bl; !tt stop; g-; k 4; g-
    ; bc *; !tt last APC_QUEUE; !apc; !tt first DPC_QUEUE; !dpcs; t; !dpcs'
golden objects scenarios/kb908674.ini '!locks; !locks -v; !pool fb031b80; !pool fb008418; dt nt!_DEVICE_OBJECT fb0082c8; dt nt!_IRP fb031b80; dt nt!_KDPC
    ; dt _UNICODE_STRING'
golden stopping scenarios/guests/stopping/stopping.ini 'kb; lm; !drvobj stopping 1; x stopping!*; bp stopping.c:126; g-; kn; gu
    ; bp stopping!Requests; bl; g-; !thread; g; g; g; !analyze -v'
exit $failed
