#!/bin/sh
# tidy.sh ROOT [LIBCORE] - the floors of the house and its habits, held by machine.
#
# One function a rule; each prints its offenders as file:line: text, and nothing when all is well. tidy_fails.sh breaks each rule
# once in a copy of the house and sees that it is noticed. To add a rule: a function, its name in the list at the end, and a way
# to break it there.
set -u
root=$1
libcore=${2:-}
arrows=tests/house/arrows
cd "$root" || exit 1
kernel=model/kernel
core="model/exifs model/ifsproxy model/exwin32 model/ese"
programs="model/store model/inetinfo model/scm model/shell model/setup model/outside model/epoxy"

sources() { # FOLDER...: C files and headers in them.
    find "$@" -name '*.[ch]' 2>/dev/null | sort
}
# Without what stands in comments and strings; line numbers stay.
code_of() { # FILE
    awk '{ line = $0; out = ""
        while (line != "") {
            if (within) { i = index(line, "*/"); if (!i) { line = ""; break }; line = substr(line, i + 2); within = 0; continue }
            if (match(line, /"([^"\\]|\\.)*"|\/\*|\/\//)) {
                piece = substr(line, RSTART, RLENGTH); out = out substr(line, 1, RSTART - 1)
                if (piece == "//") { line = ""; break }
                line = substr(line, RSTART + RLENGTH)
                if (piece == "/*") within = 1; else out = out "\"\""
            } else { out = out line; line = "" }
        }
        print out }' "$1"
}
grep_code() { # REGEX FILE...: file:line: text
    pattern=$1
    shift
    for file; do
        code_of "$file" | grep -nE "$pattern" | sed "s|^|$file:|"
    done
}
# ---- the rules -----------------------------------------------------------------------------------

# Every include beside the table of arrows: "file:line: FOLDER may not include WHAT" for each that it does not allow, then
# "arrows: ..." for what is wrong with the table itself.
arrows_beside_includes() {
    {
        sed -n 's/^\([^#]..*\)/row \1/p' "$arrows"
        find sim model ui tests bench -type f | sed 's/^/file /'
        sources sim model ui tests bench | xargs grep -HnE '^[ ]*#[ ]*include' /dev/null | sed 's/^/include /'
    } | awk '
        function folder_of(path) { sub(/\/[^\/]*$/, "", path); return path }
        function plain(path) { while (match(path, /[^\/]+\/\.\.\//)) path = substr(path, 1, RSTART - 1) substr(path, RSTART + RLENGTH); return path }
        BEGIN { split("<ntifs.h> <ntdef.h> <wdm.h> <windows.h>", names, " "); for (i in names) door[names[i]] = 1 }
        $1 == "row" { first = 2; if (substr($0, 5, 1) != " ") { row = $2; rows[row] = 1; first = 3 }
                      for (i = first; i <= NF; i++) may[row, $i] = 1 }
        $1 == "file" { there[$2] = 1; if ($2 ~ /\.[ch]$/) has[folder_of($2)] = 1 }
        $1 == "include" {
            place = $2; sub(/:[^:]*$/, "", place); file = place; sub(/:[0-9]*$/, "", file); folder = folder_of(file)
            line = $0; sub(/^[^#]*#[ ]*include[ ]*/, "", line); what = line; sub(/^["<]/, "", what); sub(/[">].*/, "", what)
            if (line !~ /^["<]/) {
                word = what = $NF                         # A name that the build gives.
            } else if (substr(line, 1, 1) == "<") {
                what = "<" what ">"; word = (folder, what) in may || what in door ? what : "<*>"
            } else {
                near = plain(folder "/" what); target = near in there ? near : what
                if (target in there && folder_of(target) == folder) next
                word = (folder, target) in may || !(target in there) ? target : folder_of(target)
                what = target
            }
            if ((folder, word) in may) used[folder, word] = 1
            else print place ": " folder " may not include " what
        }
        END {
            for (folder in has) if (!(folder in rows)) print "arrows: no row for " folder
            for (row in rows) if (!(row in has)) print "arrows: " row " has no C files"
            for (key in may) if (!(key in used)) { split(key, pair, SUBSEP); print "arrows: " pair[1] " does not need " pair[2] }
        }'
}
arrows_hold() {
    arrows_beside_includes | grep -v '^arrows:'
}
arrows_are_needed() {
    arrows_beside_includes | grep '^arrows:' | sort
}
# To a row above their own: so there is no circle. A header stands for its folder.
arrows_point_up() {
    awk '/^#/ || NF == 0 { next }
        { first = 1 }
        substr($0, 1, 1) != " " { row = $1; first = 2 }
        { for (i = first; i <= NF; i++) {
            word = $i
            if (word ~ /\.h$/ && word ~ /\//) sub(/\/[^\/]*$/, "", word)
            if (word ~ /\// && !(word in above) && word != row) print "arrows: " row " points down to " word
        } }
        { above[row] = 1 }' "$arrows"
}
only_the_kernel_stops_the_machine() {
    # shellcheck disable=SC2046
    grep_code '(^|[^A-Za-z_])(KeBugCheck(Ex)?|ke_stop)[ ]*\(' $(sources model ui sim | grep -v "^$kernel/")
}
versions_are_rows() {
    # shellcheck disable=SC2046
    grep_code '^[ ]*#[ ]*(if|ifdef|ifndef|elif)' $(sources $core | grep '\.c$')
}
integers_only() {
    # shellcheck disable=SC2046
    grep_code '(^|[^A-Za-z_])(float|double)([^A-Za-z_]|$)' $(sources sim model)
}
# The engine's few host blocks (the arena itself, INI documents, snapshots) are taken by these files.
memory_comes_from_the_arena() {
    # shellcheck disable=SC2046
    grep_code '(^|[^A-Za-z_])(malloc|calloc|realloc|strdup|aligned_alloc)[ ]*\(' \
        $(sources $kernel $core $programs)
}
lines_fit() {
    sources sim model ui tests bench |
        xargs awk 'length > 100 { print FILENAME ":" FNR ": " length " columns" }'
}
files_have_one_subject() {
    for file in $(sources sim model ui tests bench); do
        lines=$(wc -l <"$file")
        [ "$lines" -le 700 ] || echo "$file: $lines lines"
    done
}
files_say_what_they_are() {
    for file in $(sources sim model ui tests bench); do
        head -1 "$file" | grep -q '^/\*' || echo "$file:1: no opening comment"
    done
}
nothing_is_left_for_later() {
    sources sim model ui tests bench | xargs grep -nE '(TODO|FIXME)([^A-Za-z]|$)'
}
comments_name_their_subject() {
    find sim model ui tests bench -name '*.[chS]' -o -name '*.def' -o -name '*.cpp' | sort |
        xargs grep -nE '(/\*|(^|[ ;{}])//) *(Of|Its?|Else|Whose|Whoever|They|Those|That|Who)([^A-Za-z]|$)' /dev/null |
        sed 's/$/   <- begin with the subject: a noun, or what the function does/'
}
no_tabs_no_trailing_blanks() {
    sources sim model ui tests bench | xargs grep -nE "$(printf '\t')|[ ]+$"
}
the_workplace_stays_outside() {
    find . -path ./build -prune -o -path ./.git -prune -o -path './build-*' -prune -o -type f \
        \( -name '*.[chS]' -o -name '*.def' -o -name '*.ini' -o -name '*.md' -o -name '*.sh' -o -name '*.txt' -o -name '*.cmake' \
        -o -name dev -o -name run \) -print | grep -v '^./tests/house/' |
        xargs grep -nE '/work/|/tmp/build|[Ii]ssue #?[0-9]|Claude|ChatGPT|[Cc]opilot|co-author' /dev/null
}
scenarios_expect_something() {
    for file in scenarios/*.ini; do
        grep -qE '^\[expect\]' "$file" || grep -qE '^extends = ' "$file" || echo "$file: no [expect]"
        grep -qE '^title = ' "$file" || echo "$file: no title"
        head -1 "$file" | grep -q '^# ' || echo "$file:1: no opening comment"
    done
}
scenarios_are_in_the_table() {
    for file in scenarios/*.ini; do
        grep -qF "$(basename "$file")" scenarios/README.md 2>/dev/null || echo "$file: not in scenarios/README.md"
    done
}
# Every key that scenario.c and its sisters ask for has a row in the reference.
keys_are_in_the_reference() {
    grep -ohE '(get_|ini_get_|read_)[a-z_0-9]+\([^"]*("[a-z ]+", )?"[a-z_0-9]+"(, "[a-z_0-9]+")?' model/scenario/scenario*.c |
        grep -oE '"[a-z_0-9]+"' | tr -d '"' | sort -u | while read -r key; do
        grep -qE "\`$key\`|\[$key( |\])" docs/scenario-keys.md 2>/dev/null || echo "model/scenario/scenario.c or a sister: key $key is not in docs/scenario-keys.md"
    done
}
# Every key and every word of a lesson has a row in its page.
lessons_are_in_the_reference() {
    for file in model/scenario/lesson_keys.def ui/lesson/words.def; do
        sed -nE 's/^(KEY\([a-z]*, *"|WORD\()([a-z_]*).*/\2/p' "$file" | while read -r word; do
            grep -qE "^\|.*\`$word[\`(]" docs/lessons.md 2>/dev/null || echo "$file: $word is not in docs/lessons.md"
        done
    done
}
# Every key of a level has a row in its page.
levels_are_in_the_reference() {
    file=model/scenario/level_keys.def
    sed -nE 's/^KEY\([a-z]*, *"([a-z_]*).*/\1/p' $file | while read -r word; do
        grep -qE "^\|.*\`$word\`" docs/game.md 2>/dev/null || echo "$file: $word is not in docs/game.md"
    done
}
# No mutable data of file scope: all state hangs from the device extension or a context object.
the_core_keeps_no_state() {
    [ -n "$libcore" ] || return 0
    size -A "$libcore" 2>/dev/null | awk '
        / :|^[^ ]+\.o /      { object = $1 }
        $1 ~ /^\.(data|bss|tdata|tbss)(\.|$)/ && $1 !~ /^\.data\.rel\.ro/ && $2 > 0 { print object ": " $1 " holds " $2 " bytes" }'
}

rules='arrows_hold arrows_are_needed arrows_point_up only_the_kernel_stops_the_machine versions_are_rows integers_only memory_comes_from_the_arena
lines_fit files_have_one_subject files_say_what_they_are comments_name_their_subject nothing_is_left_for_later no_tabs_no_trailing_blanks
the_workplace_stays_outside scenarios_expect_something scenarios_are_in_the_table keys_are_in_the_reference
lessons_are_in_the_reference levels_are_in_the_reference
the_core_keeps_no_state'
passed=0 failed=0
for rule in ${TIDY_RULES:-$rules}; do
    offenders=$($rule)
    if [ -z "$offenders" ]; then
        passed=$((passed + 1))
    else
        echo "not ok: $rule"
        echo "$offenders" | head -20 | sed 's/^/  /'
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
