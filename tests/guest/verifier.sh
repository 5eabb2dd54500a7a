#!/bin/sh
# verifier.sh EXIFSIM SOURCES - Driver Verifier: a driver that breaks one rule is stopped for it, and one that keeps all is not.
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

# A number of rules.c, the stop with what is sure of its arguments, and words of the rule.
while IFS="|" read -r number stop words; do
    "$exifsim" run rules.ini --set "driver.rules.defines=BREAKS=$number" >said 2>&1
    if grep -q "STOP: $stop" said && grep -qF "$words" said; then good; else bad "rule $number: expected $stop, $words"; fi
done <<'END'
1|0x000000C4 (0x00000030,0x00000002,0x00000001|KeRaiseIrql to lower
2|0x000000C4 (0x00000032,0x00000000|the IRQL is not DISPATCH_LEVEL
3|0x000000C4 (0x00000033,0x00000002|a fast mutex above APC_LEVEL
4|0x000000C4 (0x00000001,0x00000002,0x00000001|paged pool above APC_LEVEL
5|0x000000C4 (0x00000031,0x00000000,0x00000002|KeLowerIrql to raise
6|0x000000C4 (0x00000000|zero bytes
7|0x000000C4 (0x0000003E|that it has not entered
8|0x000000C4 (0x00000040,0x00000000|below DISPATCH_LEVEL
10|0x000000C4 (0x00001001|in the other order elsewhere
11|0x000000C4 (0x00001000|holds already
12|0x000000C4 (0x00001007|that nobody holds
13|0x000000C4 (0x00001006|a lock which is held
20|0x000000C7 (0x00000000|a timer which is set
21|0x000000C4 (0x00000017|an ERESOURCE which was not deleted
30|0x000000C9 (0x00000226|neither completed a request
31|0x000000C9 (0x00000224|marks a request pending
32|0x000000C9 (0x00000006,0x00000103|completes a request with STATUS_PENDING
33|0x000000C9 (0x00000224|another status than it completed
34|0x000000C9 (0x00000005|at another IRQL
40|0x000000C4 (0x00000062|has not freed 1 block
41|0x000000C7 (0x00000000|is still set
END

"$exifsim" run -q --verify rules.ini >said 2>&1 && good || bad 'a driver that keeps all rules'
"$exifsim" run rules.ini --set driver.rules.defines=BREAKS=10 >said 2>&1
grep -q 'The other order was taken by' said && grep -q 'rules!Orders \[rules.c @ ' said && good || bad 'the second stack'

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
code 'expected low_resources among the options' verifier.fail_after=5s

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
