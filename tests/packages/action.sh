#!/bin/sh
# action.sh EXIFSIM [EXIFSIM_VIEW] - the steps of action.yml, with the variables that a workflow sets: scenarios that pass, fail and
# cannot be read, wrong inputs, annotations, JUnit, pictures.
. "$(dirname "$0")/common.sh"
exifsim=$1 view=${2:-}
action=$root/packaging/action
PATH=$(dirname "$exifsim"):$PATH
export PATH
mkdir "$work/space" && cd "$work/space" || exit 1
export GITHUB_WORKSPACE="$PWD" GITHUB_ACTION_PATH="$root" RUNNER_TEMP="$work/temp"
export GITHUB_OUTPUT="$work/output" GITHUB_STEP_SUMMARY="$work/summary" GITHUB_PATH="$work/path"
mkdir "$RUNNER_TEMP" scenarios
cp "$root/scenarios/kill_without_load.ini" scenarios/good.ini
sed 's/^outcome = .*/outcome = stop/' scenarios/good.ini >scenarios/fails.ini
cp scenarios/fails.ini "scenarios/100%, odd.ini"
printf '[scenario]\ntitle = x\nduration = 5\n[load smtp]\nraet = 3/s\n' >scenarios/wrong.ini

step() { # CODE SCENARIOS [ARGUMENTS]
    : >"$GITHUB_OUTPUT"; : >"$GITHUB_STEP_SUMMARY"
    rm -rf pictures results.xml
    INPUT_SCENARIOS=$2 INPUT_ARGUMENTS=${3:-} INPUT_JUNIT=results.xml INPUT_PICTURES=pictures "$action/run.sh" >"$work/out" 2>"$work/err"
    same "exit code of $2 ${3:-}" $? "$1"
}
says() { grep -qxF -e "$1" "$work/out" && good || bad "expected the line \"$1\": $(cat "$work/out" "$work/err")"; }
output() { sed -n "s/^$1=//p" "$GITHUB_OUTPUT"; }

# --- All is well ---------------------------------------------------------------------------------
step 0 "scenarios/good.ini"
same "annotations" "$(grep -c '^::' "$work/out")" 0
same "outputs" "$(output passed) $(output failed) $(output skipped)" "1 0 0"
same "summary" "$(head -1 "$GITHUB_STEP_SUMMARY")" "### exifsim: 1 passed, 0 failed, 0 skipped"
same "pictures" "$(ls pictures 2>/dev/null)" ""
grep -q '<testsuites name="exifsim" tests="1" failures="0"' results.xml && good || bad "no JUnit"
step 0 "scenarios/go*.ini kill_without_load" "--set scenario.title='two words' -n 2"
same "words and quotes, a pattern, a name, two seeds" "$(output passed)" 4

# --- A finding -----------------------------------------------------------------------------------
step 1 "scenarios/good.ini
scenarios/fails.ini"
line=$(grep -n '^\[expect\]' scenarios/fails.ini | cut -d: -f1)
says "$(printf '::error file=scenarios/fails.ini,line=%s,title=the run ended as survived%%2C expected stop::%s%%0AAgain: exifsim run scenarios/fails.ini --seed 1' \
    "$line" "$(grep '^FAIL' "$work/out")")"
same "outputs" "$(output passed) $(output failed)" "1 1"
grep -qF '| scenarios/fails.ini | the run ended as survived, expected stop | `exifsim run scenarios/fails.ini --seed 1` |' "$GITHUB_STEP_SUMMARY" &&
    good || bad "the summary: $(cat "$GITHUB_STEP_SUMMARY")"
grep -q 'failures="1" errors="0"' results.xml && good || bad "JUnit: $(head -2 results.xml)"
again=$(sed -n 's/^::error.*%0AAgain: //p' "$work/out")
code 1 "the run ended as survived, expected stop" $again
if [ -x "$view" ]; then
    same "a picture of its end" "$(head -c 4 pictures/1-fails.png | tail -c 3)" PNG
else
    skip "the window is not built: no pictures"
fi

# A name with a per cent sign, a comma and a blank.
step 1 "'scenarios/100%, odd.ini'"
grep -qF '::error file=scenarios/100%25%2C odd.ini,line=' "$work/out" && good || bad "annotation: $(grep '^::' "$work/out")"
[ ! -x "$view" ] || { [ -s "pictures/1-100%, odd.png" ] && good || bad "no picture of it: $(ls pictures) $(cat "$work/err")"; }

# --- Wrong input ---------------------------------------------------------------------------------
step 2 "scenarios/wrong.ini scenarios/good.ini"
says '::error file=scenarios/wrong.ini,line=3,col=12,title=Scenario::"5" (expected a time in ns, us, ms, s, min, h or d such as 10 min)'
says '::error file=scenarios/wrong.ini,line=5,col=1,title=Scenario::"raet" (expected a key of [load smtp], did you mean "rate"?)'
same "outputs" "$(output passed) $(output failed)" "1 1"
step 2 "scenarios/nowhere.ini"
grep -q '^::error file=scenarios/nowhere.ini,line=1,col=1,title=Scenario::cannot open: No such file' "$work/out" && good || bad "annotation: $(cat "$work/out")"
step 2 "scenarios/good.ini" "--nonsense"
grep -q '^::error title=exifsim::exifsim: unknown option "--nonsense"' "$work/out" && good || bad "annotation: $(cat "$work/out")"
step 2 "  "
says '::error title=exifsim::The input scenarios is empty (expected files, folders, patterns or names)'
step 2 "scenarios/good.ini" "--set 'x"
grep -q '^::error title=exifsim::The inputs cannot be split into words' "$work/out" && good || bad "annotation: $(cat "$work/out")"
# What stands in an input is no command.
step 2 'scenarios/good.ini;touch,stolen $(touch stolen) `touch stolen`'
[ ! -e stolen ] && good || bad "an input was carried out"

# --- The step before: a command that is here stays -----------------------------------------------
: >"$GITHUB_PATH"
code 0 "exifsim is here" "$action/install.sh"
same "nothing is built" "$(cat "$GITHUB_PATH")" ""

# --- The file itself -----------------------------------------------------------------------------
if python3 -c 'import yaml' 2>/dev/null; then
    code 0 "" python3 - <<END
import yaml
for name in ["$root/action.yml", "$root/.github/workflows/ci.yml"]:
    yaml.safe_load(open(name))
END
    python3 -c "
import re, sys, yaml
action = yaml.safe_load(open('$root/action.yml'))
text = open('$root/action.yml').read()
assert action['runs']['using'] == 'composite'
assert all('shell' in step for step in action['runs']['steps'] if 'run' in step), 'a step without a shell'
assert set(re.findall(r'inputs\.(\w+)', text)) == set(action['inputs']), 'inputs that are used, and inputs that there are'
script = open('$action/run.sh').read()
given = {name for step in action['runs']['steps'] for name in step.get('env', {})}
assert set(re.findall(r'INPUT_\w+', script)) == given, 'variables of the script and of the step'
" 2>"$work/said" && good || bad "action.yml: $(tail -1 "$work/said")"
else
    skip "python3 with yaml is not here"
fi
finish
