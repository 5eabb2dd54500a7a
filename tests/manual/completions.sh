#!/bin/sh
# completions.sh EXIFSIM MANUAL VERSION - the completions of bash, zsh and fish, asked as somebody who types would.
. "$(dirname "$0")/../cli/common.sh"
completions=$2/completions
PATH=$(dirname "$exifsim"):$PATH
export PATH
mkdir here && cd here || exit 1
: >mine.ini; : >runs.db; : >other.txt; mkdir folder

# --- bash: its function is called with the words as the shell would split them -------------------
if command -v bash >/dev/null 2>&1; then
    for file in exifsim.bash exifsim-view.bash; do
        code 0 "" bash -n "$completions/$file"
    done
    mkdir ../loaded && cp "$completions/exifsim.bash" ../loaded/exifsim && cp "$completions/exifsim-view.bash" ../loaded/exifsim-view
    cat >../ask.bash <<'END'
. ../loaded/exifsim-view
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
_exifsim "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort -u | paste -sd ' '
END
    bash_gives() { # MEANT WORD...
        meant=$1
        shift
        same "bash: $*" "$(bash ../ask.bash "$@" 2>&1)" "$meant"
    }
    bash_gives "rare render replay run" exifsim r
    bash_gives "--format" exifsim run --fo
    bash_gives "human json tap" exifsim run --format ''
    bash_gives "human json tap" exifsim run --format =
    bash_gives "json" exifsim test --format = j
    bash_gives "human json" exifsim list --format ''            # No cases, no TAP.
    bash_gives "always auto" exifsim run --color a
    bash_gives "kb912480" exifsim run kb9124
    bash_gives "lessons/4_memory" exifsim run lessons/4
    bash_gives "4_memory" exifsim lesson 4
    bash_gives "4_memory" exifsim view --lesson 4
    bash_gives "08_the_last_handle" exifsim game 08
    bash_gives "08_the_last_handle" exifsim view --game 08
    bash_gives "hotfix" exifsim view --twin hotf
    bash_gives "mine.ini" exifsim lint min
    bash_gives "folder runs.db" exifsim curve ''
    bash_gives "folder mine.ini" exifsim replay ''
    bash_gives "driver lab scenario" exifsim new ''
    bash_gives "folder" exifsim render --frames ''
    bash_gives "err folder mine.ini other.txt out runs.db" exifsim run --out ''
    bash_gives "version" exifsim help ve
    bash_gives "" exifsim run -j ''
    bash_gives "" exifsim nonsense x
    bash_gives "render" exifsim-view ren
    bash_gives "--theme" exifsim-view render --th
    bash_gives "--theme" exifsim-view kb908674 --th
    # Every option of every verb, as --help prints them.
    for verb in $("$exifsim" --help | sed -n '/^verbs$/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
        bash_gives "$("$exifsim" $verb --help 2>/dev/null | sed -n 's/^  \(-[a-zA-Z],\|   \) \(--[a-z-]*\).*/\2/p' | LC_ALL=C sort -u | paste -sd ' ')" exifsim $verb --
    done
else
    skipped=$((skipped + 1))
fi

# --- fish: it answers for a line -----------------------------------------------------------------
if command -v fish >/dev/null 2>&1; then
    code 0 "" fish -n "$completions/exifsim.fish"
    fish_gives() { # MEANT LINE
        same "fish: $2" "$(HOME=$work fish -N -c "source '$completions/exifsim.fish'; complete -C'$2'" 2>&1 | cut -f1 | LC_ALL=C sort -u | paste -sd ' ')" "$1"
    }
    fish_gives "rare render replay run" "exifsim r"
    fish_gives "--format" "exifsim run --form"
    fish_gives "human json tap" "exifsim run --format "
    fish_gives "human json" "exifsim list --format "
    fish_gives "kb912480" "exifsim run kb9124"
    fish_gives "4_memory" "exifsim lesson 4"
    fish_gives "08_the_last_handle" "exifsim game 08"
    fish_gives "hotfix" "exifsim view --twin hotf"
    fish_gives "mine.ini" "exifsim lint min"
    fish_gives "render" "exifsim-view re"
    fish_gives "scenario" "exifsim new sc"
else
    skipped=$((skipped + 1))
fi

# --- zsh: a shell on a terminal of its own, into which a line and a Tab are typed ----------------
if command -v zsh >/dev/null 2>&1; then
    code 0 "" zsh -n "$completions/_exifsim"
    cat >../ask.zsh <<'END'
zmodload zsh/zpty
zpty asked "TERM=dumb zsh -f -i"
zpty -w asked "PS1='>'; fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D; unsetopt beep zle_bracketed_paste; stty columns 200; echo REA''DY"
zpty -r -m asked line $'*READY*>*'
zpty -w -n asked "$2"$'\t'" END"
zpty -r -m asked line '* END*'
print -r -- $line
END
    zsh_gives() { # MEANT LINE: what stands on the line behind the Tab
        answer=$(timeout 60 zsh -f ../ask.zsh "$completions" "$2" 2>&1 | tr -d '\r' | grep ' END' | tail -1 | tr -cd '[:print:]' | sed 's/\[?[0-9]*h//g; s/^.*>//; s/ *END.*//')
        same "zsh: $2" "$answer" "$1"
    }
    zsh_gives "exifsim run" "exifsim ru"
    zsh_gives "exifsim run --format=" "exifsim run --forma"
    zsh_gives "exifsim run --format=json" "exifsim run --format=j"
    zsh_gives "exifsim run kb912480" "exifsim run kb9124"
    zsh_gives "exifsim lesson 4_memory" "exifsim lesson 4"
    zsh_gives "exifsim game 08_the_last_handle" "exifsim game 08"
    zsh_gives "exifsim-view render" "exifsim-view re"
    zsh_gives "exifsim-view kb908674 --theme=" "exifsim-view kb908674 --them"
    zsh_gives "exifsim lint mine.ini" "exifsim lint min"
else
    skipped=$((skipped + 1))
fi
finish
