#!/bin/sh
# install.sh BUILD EXIFSIM VERSION - cmake --install, whole and by component; what is installed works by name from elsewhere,
# also when the folder has been moved, and writes nothing beside itself.
. "$(dirname "$0")/common.sh"
build=$1 exifsim=$2 version=$3
fingerprint=$("$exifsim" run -q kill_without_load | grep -oE '[0-9a-f]{16}')
same "a fingerprint to compare with" "$(echo "$fingerprint" | wc -w | tr -d ' ')" 1
view=$(sed -n 's/^EXIFSIM_VIEW:BOOL=//p' "$build/CMakeCache.txt")
mkdir "$work/elsewhere" && cd "$work/elsewhere" || exit 1
export XDG_DATA_HOME="$work/data"

install() { # FOLDER [OPTIONS]
    prefix=$work/$1
    shift
    cmake --install "$build" --prefix "$prefix" "$@" >"$work/log" 2>&1 && good || bad "cmake --install: $(tail -3 "$work/log")"
}

# What holds for every installed program, with or without the window.
tried() { # PREFIX
    program=$1/bin/exifsim
    code 0 "$fingerprint" "$program" run -q kill_without_load
    code 0 "$1/share/exifsim/scenarios/kill_without_load.ini" "$program" run -q kill_without_load.ini
    code 0 "page 1 of" sh -c "echo q | '$program' lesson 1_day"
    code 0 "8_look_alikes" "$program" lesson
    code 0 "kb908674" "$program" list
    same "names" "$("$program" list --names)" "$("$exifsim" list --names)"
    code 0 "kill_without_load" "$program" test scenarios --filter kill_without
    code 0 "exifsim $version" "$program" version
    code 0 '"commit"' "$program" version --json
    code 2 "kb90867:1:1: cannot open: No such file or directory (expected a scenario file, did you mean \"kb908674\"? looked here and in $1/share/exifsim/scenarios)" \
        "$program" run kb90867
    code 2 "unknown verb \"rnu\", did you mean \"run\"?" "$program" rnu kb908674
    code 2 "--set #1: " "$program" run kb908674 --set load.smtp.rate=many
    if command -v man >/dev/null 2>&1; then
        same "man exifsim-run" "$(MANPATH=$1/share/man man exifsim-run 2>/dev/null | grep -c '^EXIFSIM-RUN(1)')" 1
    else
        skip "man is not here"
    fi
    if command -v bash >/dev/null 2>&1; then
        same "completion of bash" "$(PATH=$1/bin:$PATH bash -c ". '$1/share/bash-completion/completions/exifsim'
            COMP_WORDS=(exifsim run kill_w) COMP_CWORD=2; _exifsim exifsim; echo \${COMPREPLY[*]}")" kill_without_load
    else
        skip "bash is not here"
    fi
}

# --- The command alone ---------------------------------------------------------------------------
install command --component exifsim
same "programs" "$(ls "$prefix/bin")" exifsim
for file in LICENSE CHANGELOG.md; do
    [ -s "$prefix/share/doc/exifsim/$file" ] && good || bad "no $file"
done
for file in zsh/site-functions/_exifsim fish/vendor_completions.d/exifsim.fish exifsim/scenarios/data/smtp.log; do
    [ -s "$prefix/share/$file" ] && good || bad "no share/$file"
done
(cd "$prefix" && find . -type f | sort) >"$work/before"
tried "$prefix"
code 0 "1 passed" "$prefix/bin/exifsim" test -q replay_smtp_log
code 2 "expected exifsim-view" env PATH=/nonexistent "$prefix/bin/exifsim" view kb908674
same "written beside the program" "$(cd "$prefix" && find . -type f | sort | diff - "$work/before")" ""

# The page for browsers, if it was built: exifsim export makes a file of it. Otherwise it says that there is none.
web=$(sed -n 's/^EXIFSIM_WEB:PATH=//p' "$build/CMakeCache.txt")
if [ -s "$web/page.html" ]; then
    [ -s "$prefix/share/exifsim/web/index.html" ] && good || bad "the page for browsers is not installed"
    code 0 "" "$prefix/bin/exifsim" export h2_reentry --html run.html
    grep -q '"text": *"' run.html && good || bad "the file for a browser has no run"
else
    code 2 "expected the page without a run" "$prefix/bin/exifsim" export h2_reentry --html run.html
fi

# Moved, it finds its scenarios as before.
mv "$prefix" "$work/moved"
tried "$work/moved"

# --- Whole ---------------------------------------------------------------------------------------
install whole
same "documents" "$(ls "$prefix/share/doc/exifsim" | tr '\n' ' ')" \
    "ARCHITECTURE.md CHANGELOG.md CONTRIBUTING.md DEBUGGING.md LICENSE README.md docs packaging scenarios ui "
# A link of the README to a page of the house leads to a page that is installed.
for page in $(grep -oE '\]\([A-Za-z][^):]*\.(md|png|svg)\)' "$root/README.md" | sed 's/^](//; s/)$//' | sort -u); do
    [ -s "$prefix/share/doc/exifsim/$page" ] && good || bad "README.md names $page, which is not installed"
done
tried "$prefix"
if [ "$view" = ON ]; then
    (cd "$prefix" && find . -type f | sort) >"$work/before"
    same "programs" "$(ls "$prefix/bin" | tr '\n' ' ')" "exifsim exifsim-view "
    [ -s "$prefix/share/man/man1/exifsim-view.1" ] && good || bad "no page of exifsim-view"
    code 0 "exifsim-view $version" "$prefix/bin/exifsim-view" --version
    code 0 "" "$prefix/bin/exifsim-view" render kill_without_load --no-inspector --size 640x400 -o picture.png
    same "a picture" "$(head -c 4 picture.png | tail -c 3)" PNG
    code 0 "" "$prefix/bin/exifsim" render kb908674 --until 5s --size 640x400 -o by_name.svg
    code 0 "" "$prefix/bin/exifsim" render --lesson 1_day --page 1 -o lesson.png
    code 2 'did you mean "4_memory"' "$prefix/bin/exifsim" render --lesson 4memory -o lesson.png
    code 2 'did you mean "kb908674"' "$prefix/bin/exifsim-view" render kb90867 -o x.png
    code 2 'expected a name that ends with .png or .svg' "$prefix/bin/exifsim" render kb908674 -o x.gif

    # A bookmark of an installed scenario lies among the user's data, and the window says so.
    printf 'wait\ndo MARK\ntext a note\nkey Enter\nwait\ndescribe said.txt\n' >script.txt
    code 0 "" "$prefix/bin/exifsim-view" view --no-settings --no-window --script script.txt kill_without_load
    same "the bookmark" "$(grep '^note' "$XDG_DATA_HOME/exifsim/notes/kill_without_load.ini.notes")" "note = a note"
    code 0 "bookmarks of an installed scenario are kept in $XDG_DATA_HOME/exifsim/notes/kill_without_load.ini.notes" cat said.txt
    printf 'wait\ndescribe again.txt\n' >script.txt
    code 0 "" "$prefix/bin/exifsim-view" view --no-settings --no-window --script script.txt kill_without_load
    code 0 "a note" cat again.txt
    same "written beside the program" "$(cd "$prefix" && find . -type f | sort | diff - "$work/before")" ""
else
    skip "the window is not built"
fi
finish
