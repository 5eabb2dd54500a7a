#!/bin/sh
# bad.sh EXIFSIM - what is wrong on the command line and in commands: exit code 2, and what was expected.
set -- "$1" none
. "$(dirname "$0")/../cli/common.sh"
night=$scenarios/kill_without_load.ini

says() { # CODE PART COMMANDS: the commands, on standard input, are so carried out.
    want=$1 part=$2
    printf '%b' "$3" | "$exifsim" kd -q "$night" >out 2>err
    same "exit code of $3" $? "$want"
    [ -z "$part" ] || holds "said of $3" err "$part"
}

code 0 "usage: exifsim kd" "$exifsim" kd --help
code 2 "kd needs one scenario file" "$exifsim" kd
code 2 "kd takes no --verify" "$exifsim" kd --verify "$night"
code 2 "nofile.ini:1:1: cannot open" "$exifsim" kd nofile.ini
code 2 "expected a time" "$exifsim" kd "$night" --at nonsense
code 0 "!process" "$exifsim" kd "$night" -c .help

# Commands.
says 0 '' ''
says 0 '' '!process 0 0\nq\nnonsense\n'
says 2 'the command "!proces" (expected one of .help); did you mean "!process"?' '!proces\n'
says 2 '!irp needs an address (expected one of !irpfind)' '!irp\n'
says 2 '!irp "zz" (expected a hexadecimal number such as 81f3a0c8)' '!irp zz\n'
says 2 '!irp: no IRP at 00000123' '!irp 123\n'
says 2 '!process: no process at 12345678' '!process 12345678\n'
says 2 'db: the length (expected L and a number from 1 to 1000, such as L 20)' 'db 10000 L 0\n'
says 2 'db: the length' 'db 10000 20\n'
says 2 'ba r4 (expected w1, w2 or w4 and an address' 'ba r4 10000\n'
says 2 'ba w4 00010002 (expected an address that is a multiple of 4)' 'ba w4 10002\n'
says 2 'bp "nofunction" (expected a function that x lists' 'bp nofunction\n'
says 2 'bc "3" (expected * or a number that bl lists)' 'bc 3\n'
says 2 '!tt: record 4294967295 (expected one from' '!tt FFFFFFFF:0\n'
says 2 'ln: nothing is known at 00000000' 'ln 0\n'
says 2 '.bugcheck: this run has no stop' '.bugcheck\n'
says 2 '!analyze "" (expected -v)' '!analyze\n'
says 2 'a control character' 'k\001\n'
says 2 'g zz (expected g)' 'g zz\n'
says 2 'gu 5 (expected gu)' 'gu 5\n'
says 2 'lm zz (expected lm)' 'lm zz\n'
says 2 'q extra (expected q)' 'q extra\n'
says 2 'bp ATTACH zzz (expected bp MODULE!FUNCTION' 'bp ATTACH zzz\n'
says 2 'bp "nofile.c:99" (expected a line with code' 'bp nofile.c:99\n'
says 2 'bp "ke_attach.c:9999" (expected a line with code' 'bp ke_attach.c:9999\n'
says 2 'x "exifs!zzz" (expected a pattern that fits a function' 'x exifs!zzz\n'
for instant in 0x10 1e1 nan -1 101 5:9 5: :0; do
    says 2 '!tt: ' "!tt $instant\\n"
done
says 0 '' '!tt 50\n!tt 5.5\n!object\n'
holds "!object's list" out Directory
says 2 '!pool: no block of pool at 00000123 (expected' '!pool 123\n'
says 2 '!pool needs an address' '!pool\n'
says 2 '!locks "x" (expected -v)' '!locks x\n'
says 2 'dt needs a type (expected one such as nt!_IRP)' 'dt\n'
says 2 'dt "nt!nosuch" (expected a structure such as nt!_IRP)' 'dt nt!nosuch\n'
says 2 'dt: nothing lies at 00000010' 'dt nt!_IRP 10\n'
says 2 'expected fewer words' 'k 1 2 3 4 5 6 7 8\n'

# Bytes of every kind, and a line without an end: said, and survived.
LC_ALL=C awk 'BEGIN { x = 1; for (i = 0; i < 3000; i++) { x = x * 16807 % 2147483647; printf "%c", x % 256 } }' >noise
"$exifsim" kd -q "$night" <noise >out 2>err
same "exit code of noise" $? 2
head -c 5000 /dev/zero | tr '\0' k | "$exifsim" kd -q "$night" >out 2>err
same "exit code of a long line" $? 2
holds "a long line" err 'a line of more than 1022 bytes'
finish
