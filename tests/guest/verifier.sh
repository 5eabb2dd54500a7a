#!/bin/sh
# verifier.sh EXIFSIM SOURCES [no_faults] - Driver Verifier: a driver that breaks one rule is stopped for it, and one that keeps all is not.
set -u
exifsim=$1 sources=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
XDG_CACHE_HOME=$work/cache
export XDG_CACHE_HOME
cp "$sources"/*.c "$work"
cd "$work" || exit 1
passed=0 failed=0

good() { passed=$((passed + 1)); }
bad() { # WHAT: prints what was read
    echo "not ok: $1"
    sed 's/^/  read  /' said
    failed=$((failed + 1))
}

cat >rules.ini <<'END'
[scenario]
title = rules of Driver Verifier
duration = 20 s
seed = 1
[machine]
exchange = no
[driver rules]
source = rules.c
stop_at = 10 s
[program reader]
source = reader.c
exit_code = 0
[verifier]
drivers = rules.sys
options = standard
[expect]
outcome = survived
END

# Lines: a number of the driver's source, the stop with what is sure of its arguments, and words of the rule.
rules_of() { # DRIVER
    while IFS="|" read -r number stop words; do
        "$exifsim" run "$1.ini" --set "driver.$1.defines=BREAKS=$number" >said 2>&1
        if grep -q "STOP: $stop" said && grep -qF "$words" said; then good; else bad "$1 $number: expected $stop, $words"; fi
    done
}

rules_of rules <<'END'
1|0x000000C4 (0x00000030,0x00000002,0x00000001|KeRaiseIrql to lower
2|0x000000C4 (0x00000032,0x00000000|the IRQL is not DISPATCH_LEVEL
3|0x000000C4 (0x00000033,0x00000002|a fast mutex above APC_LEVEL
4|0x000000C4 (0x00000001,0x00000002,0x00000001|paged pool above APC_LEVEL
5|0x000000C4 (0x00000031,0x00000000,0x00000002|KeLowerIrql to raise
6|0x000000C4 (0x00000000|zero bytes
7|0x000000C4 (0x0000003E|that it has not entered
8|0x000000C4 (0x00000040,0x00000000|below DISPATCH_LEVEL
9|0x000000C4 (0x00000039,0x00000000,0x00000000|ExAcquireFastMutexUnsafe below APC_LEVEL
10|0x000000C4 (0x00001001|in the other order elsewhere
11|0x000000C4 (0x00001000|holds already
12|0x000000C4 (0x00001007|that nobody holds
13|0x000000C4 (0x00001006|a lock which is held
15|0x000000C4 (0x0000003A,0x00000000,0x00000000|ExReleaseFastMutexUnsafe below APC_LEVEL
14|0x000000C4 (0x00001006|ends while it holds a lock
16|0x000000C4 (0x00001001|in the other order elsewhere
17|0x000000C4 (0x00001001|in the other order elsewhere
18|0x000000C4 (0x00001002|a spin lock that was not initialised
20|0x000000C7 (0x00000000|a timer which is set
21|0x000000C4 (0x00000017|an ERESOURCE which was not deleted
22|0x000000C4 (0x00000070,0x0000001F,|locks pages above DISPATCH_LEVEL
23|0x000000C4 (0x0000007F,|MmBuildMdlForNonPagedPool for paged pool
24|0x000000C4 (0x00000081,|stops Windows when it can map no more
25|0x000000C4 (0x00000082,|with BugCheckOnFailure TRUE
26|0x000000C4 (0x0000003C,0x00001234,|a handle that is bad
27|0x000000C4 (0x0000003C,|a handle that is bad or of another type
30|0x000000C9 (0x00000226|neither completed a request
31|0x000000C9 (0x00000224|marks a request pending
32|0x000000C9 (0x00000006,0x00000103|completes a request with STATUS_PENDING
33|0x000000C9 (0x00000224|another status than it completed
34|0x000000C9 (0x00000005|at another IRQL
50|0x000000C9 (0x00000001,|an IRP that was freed before
51|0x000000C9 (0x00000001,|what is no IRP
52|0x000000C9 (0x0000020D,0xF8|for an IRP of IoAllocateIrp
53|0x000000C9 (0x00000009,|a bad buffer to IoBuildDeviceIoControlRequest
54|0x000000C9 (0x00000008,|a bad buffer to IoBuildAsynchronousFsdRequest
55|0x000000C9 (0x0000000A,|IoInitializeTimer for a device twice
56|0x000000C9 (0x00000201,0xF8|a device that is attached to another
57|0x000000C9 (0x00000202,0xF8|that has nothing attached
40|0x000000C4 (0x00000062|has not freed 1 block
41|0x000000C7 (0x00000000|is still set
END

"$exifsim" run -q --verify rules.ini >said 2>&1 && good || bad 'a driver that keeps all rules'
"$exifsim" run rules.ini --set driver.rules.defines=BREAKS=10 >said 2>&1
grep -q 'The other order was taken by' said && grep -q 'rules!Orders \[rules.c @ ' said && good || bad 'the second stack'

# ---- special pool, forced IRQL checking ----------------------------------------------------------
# Where the sanitizers take the faults of the processor, no page can be absent.
if [ "${3-}" != no_faults ]; then
sed -e 's/rules/special/g' rules.ini >special.ini
rules_of special <<'END'
50|0x000000D6 (0xEC001000,0x00000001,0xF8|A driver writes behind the end of a block of 40 bytes of nonpaged pool
51|0x000000CD (0xEC001000,0x00000000,|The kernel, for a driver, reads behind the end
52|0x000000D5 (0xEC000FFF,0x00000000,0xF8|A driver reads a block of 40 bytes of nonpaged pool (tag Spec) that was freed
53|0x000000CC (0xEC00|The kernel, for a driver, reads a block
54|0x000000C1 (0xEC000FD8,0xEC000FD7,0x00000000,0x00000023)|in front of a block
55|0x000000C1 (0xEC080FF8,0xEC080FFD,0x00000000,0x00000024)|right behind a block of 5 bytes of paged pool
56|0x000000C1 (0xEC000FD8,0x00000000,0x00000000,0x00000020)|was freed before
57|0x000000C1 (0xEC000FD8,0xEC000FE0,0x00000000,0x00000021)|frees an address inside
58|0x000000C1 (0x00000002,0x00000001,0xEC|Paged pool is freed above APC_LEVEL
62|0x000000D5 (0xEC000FD8,0x00000001,|that was freed
70|0x000000D1 (0xEC|A driver reads a block of 10 bytes of paged pool (tag Spec) at IRQL 2
71|0x000000D1 (0xEC801004,0x00000002,0x00000001,0xF8|A driver writes to a block of 8000 bytes of paged pool
72|0x0000000A (0xEC|The kernel reads a block
73|0x000000D1 (0xEC8|A driver reads a block of 8000 bytes of paged pool
74|0x000000D1 (0xEC|A driver reads a block of 10 bytes
75|0x000000D1 (0xEC|A driver reads a block of 10 bytes
END
grep -q 'It was allocated by' said && grep -q 'special!Paged \[special.c @ ' said && good || bad 'who allocated the block'
"$exifsim" run special.ini --set driver.special.defines=BREAKS=52 >said 2>&1
grep -q 'It was freed by' said && grep -q 'special!Bytes \[special.c @ ' said && good || bad 'who freed the block'
"$exifsim" run --verify special.ini >said 2>&1 && grep -q 'special pool: used' said && good || bad 'objects of the kernel in special pool'
grep -o '^Fingerprint .*' said >whole
"$exifsim" run special.ini --set verifier.options=irql >said 2>&1 && grep -q 'special pool: used' said && good || bad 'irql alone'
"$exifsim" run special.ini --set verifier.options=irql --set driver.special.defines=BREAKS=70 >said 2>&1
grep -q 'STOP: 0x000000D1 (0xEC' said && good || bad 'irql alone, a touch'
"$exifsim" run special.ini --set verifier.options=special_pool --set driver.special.defines=BREAKS=70 >said 2>&1
grep -q 'special pool: used' said && good || bad 'special pool alone leaves paged pool at any IRQL'
"$exifsim" run special.ini --set verifier.options=deadlock --set driver.special.defines=BREAKS=50 >said 2>&1
grep -q 'STOP: 0x00000019' said && good || bad 'without the option an overrun is found when the block is freed'
fi

# A dispatch routine that has returned is on the stack no more: the report names it.
"$exifsim" run rules.ini --set driver.rules.defines=BREAKS=30 >said 2>&1
grep -q '^Probably caused by : rules.sys ( rules!' said && grep -A1 'The routine is' said | grep -q 'rules![A-Za-z]* \[rules.c @ ' said && good ||
    bad 'the routine that forgot a request'

# So it does without the verifier, for a routine that returned at a raised IRQL.
sed -e '/^.verifier/,/^options/d' rules.ini >unverified.ini
"$exifsim" run unverified.ini --set driver.rules.defines=BREAKS=34 >said 2>&1
grep -q 'STOP: 0x0000000A (0x00000000,0x00000002,0x00000008' said && grep -q '^Probably caused by : rules.sys ( rules!' said && good ||
    bad 'the routine that returned at a raised IRQL'

# ---- low resources -------------------------------------------------------------------------------
sed -e 's/rules/failing/g' -e '/^stop_at/d' -e '/^\[program/,/^exit_code/d' -e 's/standard/low_resources/' rules.ini >failing.ini
fails() { "$exifsim" run failing.ini --set "verifier.fail=$1" 2>&1 | sed -n 's/.* nt  *\([a-z]* fails\)$/\1/p' | tr '\n' ' '; }
same() { # WHAT IS WANTED
    if [ "$2" = "$3" ]; then good; else echo "not ok: $1: \"$2\" (expected \"$3\")" && failed=$((failed + 1)); fi
}
same 'each call stack once' "$(fails each)" 'first fails second fails third fails '
same 'the second alone' "$(fails 2)" 'second fails '
same 'a fourth is not there' "$(fails 4)" ''
same 'all of them' "$(fails 100% | wc -w | tr -d ' ')" 30

# ---- what is wrong -------------------------------------------------------------------------------
code() { # WORDS SETTING
    "$exifsim" lint rules.ini --set "$2" >said 2>&1
    if [ $? -eq 2 ] && grep -qF "$1" said; then good; else bad "$2: expected $1"; fi
}
code '"rule.sys" (expected the name of a [driver NAME])' verifier.drivers=rule.sys
code 'did you mean "deadlock"?' verifier.options=dedlock
code '"x" (expected a share such as 6%, each, or the number of a call stack' verifier.fail=x
code '"4294967297" (expected a share such as 6%, each, or the number of a call stack' verifier.fail=4294967297
code 'expected low_resources among the options' verifier.fail_after=5s

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
