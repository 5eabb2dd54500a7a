#!/bin/sh
# add_one.sh ROOT [ONLY] - whether ARCHITECTURE's table "Add one thing in one place" is true.
#
# For each row that is tried here a dummy is added to a copy of the tree, in the files that the row names and in no others, the copy
# is built, and the dummy is used once. ONLY is the name of one dummy, such as counter.
set -u
root=$(cd "$1" && pwd) only=${2:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$root" || exit 1
mkdir "$work/tree"
git ls-files -z | xargs -0 cp --parents -t "$work/tree"
cd "$work/tree" || exit 1
git init -q . && git add -A && git -c user.name=x -c user.email=x@x commit -qm tree
launcher=
command -v ccache >/dev/null && launcher=-DCMAKE_C_COMPILER_LAUNCHER=ccache
view=OFF
pkg-config --exists sdl2 SDL2_ttf 2>/dev/null && view=ON
# shellcheck disable=SC2086
cmake -B "$work/build" -G Ninja -DEXIFSIM_WERROR=ON -DEXIFSIM_TESTS=OFF -DEXIFSIM_VIEW=$view $launcher . >"$work/said" 2>&1 || { cat "$work/said"; exit 1; }
ninja -C "$work/build" >"$work/said" 2>&1 || { tail -20 "$work/said"; exit 1; }
exifsim=$work/build/exifsim passed=0 failed=0 skipped=0

# after FILE PATTERN TEXT: TEXT stands behind the first line that matches PATTERN. before: above it.
after() { awk -v pattern="$2" -v text="$3" '{ print } !done && $0 ~ pattern { print text; done = 1 } END { exit !done }' "$1" >"$work/new" &&
    cp "$work/new" "$1" || { echo "not ok: $1 has no line like $2"; return 1; }; }
before() { awk -v pattern="$2" -v text="$3" '!done && $0 ~ pattern { print text; done = 1 } { print } END { exit !done }' "$1" >"$work/new" &&
    cp "$work/new" "$1" || { echo "not ok: $1 has no line like $2"; return 1; }; }
row() { printf '%s\n' "$2" >>"$1"; }

# try NAME "FILE ..." HOLDS COMMAND...: add_NAME changes these files alone; then COMMAND says HOLDS.
try() {
    name=$1 files=$2 part=$3
    shift 3
    [ -z "$only" ] || [ "$only" = "$name" ] || return 0
    began=$(date +%s)
    if ! "add_$name"; then
        verdict="cannot be added"
    elif [ "$(git status --porcelain | cut -c4- | sort)" != "$(printf '%s\n' $files | sort)" ]; then
        verdict="changes $(git status --porcelain | cut -c4- | tr '\n' ' ')(expected $files)"
    elif ! ninja -C "$work/build" >"$work/said" 2>&1; then
        verdict="does not build: $(grep -m1 error: "$work/said")"
    elif "$@" >"$work/said" 2>&1; ! grep -qF -e "$part" "$work/said"; then
        verdict="does nothing: $(tail -1 "$work/said") (expected \"$part\")"
    else
        verdict=
    fi
    if [ -z "$verdict" ]; then
        passed=$((passed + 1))
        echo "ok: $name in $(printf '%s\n' $files | wc -l) files, $(($(date +%s) - began)) s"
    else
        failed=$((failed + 1))
        echo "not ok: $name $verdict"
    fi
    git checkout -q . && git clean -qfd
}

calm=scenarios/calm_day.ini

add_build() {
    row model/words/builds.def 'BUILD(DUMMY, "6.5.9999.9", "dummy", "dummy", NEW, 4, DRIVER)'
    before model/exifs/exifs_version_new.c '^};' '    { .Build = L"6.5.9999.9", .Interface = 4, .Enter = EnterStacked, .Leave = LeaveStacked, .Touches = NonpagedCopy, .HoldsPeer = TRUE, .Borrow = ExifsBorrow, .Undo = ExifsUndoNow, .WhileAway = ExifsStayCalm, .Retire = ExifsRetireNothing, .TakeBlock = ExifsTakeBlock },'
}
typed() { printf 'run 20 s\n%s\n' "$1" | "$exifsim" console -q $calm ${2:+--set "$2"}; }
try build "model/exifs/exifs_version_new.c model/words/builds.def" "Exifs.sys     6.5.9999.9" typed lm versions.exifs=6.5.9999.9

# Mail that comes on the wire of another protocol needs a row alone.
add_protocol() { row model/words/protocols.def 'PROTOCOL(DUMMY, "dummy", SMTP, INETINFO, POSTS, SMTP)'; }
printf '[scenario]\ntitle = dummy mail\nduration = 1 min\n[load dummy]\nrate = 5/s\n[expect]\nmin_delivered = 100\n' >"$work/dummy.ini"
try protocol "model/words/protocols.def" "1 passed" "$exifsim" test "$work/dummy.ini"

add_record() { row model/words/records.def 'RECORD(DUMMY, "dummy of %a", "what")'; }
try record "model/words/records.def" "DUMMY" "$exifsim" run -q $calm --until 1s --break-at DUMMY

add_choice() { row model/words/choices.def 'CHOICE(DUMMY, "a dummy is chosen")'; }
try choice "model/words/choices.def" "passed" "$exifsim" run $calm --until 1s --surprises DUMMY:1:1 --set expect.min_delivered=0

add_bugcheck() { row model/words/bugchecks.def 'BUGCHECK(0xF7, DUMMY_STOP, "A dummy.", "First", "Second", "Third", "Fourth")'; }
try bugcheck "model/words/bugchecks.def" "DUMMY_STOP" strings -a "$exifsim"

add_counter() { after model/look/counters.c 'Processor Queue Length' '    add_now(c, "System\\\\Dummy", 7);'; }
try counter "model/look/counters.c" 'System\Dummy' "$exifsim" run -q $calm --until 30s --counters /dev/stdout

add_key() {
    after model/scenario/scenario.h '^struct scenario \{' '    uint32_t dummy; /* A number. */'
    after model/scenario/scenario.c 'machine", "checked_build' '    scenario_get_u32(ini, "machine", "dummy", 1, 9, &s->dummy);'
    after docs/scenario-keys.md '^\| `checked_build`' '| `dummy` | a number | 1 to 9 | 0 |'
}
try key "model/scenario/scenario.c model/scenario/scenario.h docs/scenario-keys.md" "expected 1 to 9" \
    "$exifsim" lint $calm --set machine.dummy=10

add_verb() {
    row ui/run/verbs.def 'VERB(DUMMY, dummy, EXIFSIM, NONE, "", "say a word", "exifsim dummy", "", "")'
    cat >ui/cli/cli_dummy.c <<'END'
#include "ui/cli/cli.h"

int verb_dummy(const struct options *options)
{
    printf("a dummy%s\n", options->quiet ? "" : " speaks");
    return EXIT_MET;
}
END
}
try verb "ui/cli/cli_dummy.c ui/run/verbs.def" "a dummy speaks" "$exifsim" dummy

add_admin() {
    row model/shell/admin.def 'ADMIN(DUMMY, cmd_dummy)'
    before model/shell/admin.c '"reboot", read_bare' '    { "dummy", read_bare, ADMIN_DUMMY, "dummy" },'
    row model/shell/cmd_files.c 'void cmd_dummy(const struct admin_command *command) { console_print("a dummy of kind %d", (int)command->kind); }'
}
try admin "model/shell/admin.c model/shell/admin.def model/shell/cmd_files.c" "a dummy of kind" typed dummy

add_window() {
    row ui/timeline/commands.def 'COMMAND(DUMMY, "Ctrl+Alt+Shift+J", "Do a dummy thing", ALWAYS, play_dummy, 0)'
    row ui/timeline/play.c 'void play_dummy(struct app *app, int how) { app_say(app, false, "a dummy of %d", how); }'
}
if [ $view = ON ]; then
    try window "ui/timeline/commands.def ui/timeline/play.c" "Do a dummy thing" strings -a "$work/build/exifsim-view"
else
    echo "skip: window: no SDL2 here"
    skipped=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
