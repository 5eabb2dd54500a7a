#!/bin/sh
# doors.sh ROOT - model/kernel/doors.def has a row for every function that the drivers' headers declare, and no other.
#
# A declared function has a row DOOR, an extern variable DOOR_DATA, an inline function DOOR_INLINE, and so has a macro whose name
# begins as NT's functions do (KeAcquireSpinLock). Other macros may have one.
set -u
cd "$1" || exit 1
table=model/kernel/doors.def
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What a header declares, a line each: "KIND NAME", and "other NAME" for a macro that needs no row.
declared() { # HEADER
    sed -e ':a' -e '/\\$/N; s/\\\n//; ta' "$1" | awk '
        function say(kind, text) { sub(/\(.*/, "", text); sub(/ *$/, "", text); sub(/.*[ *]/, "", text); print kind, text }
        function variables(text,    words, count, i) {
            gsub(/[*,]/, " ", text); count = split(text, words, " ")
            for (i = 3; i <= count; i++) if (words[i] != "const" && words[i] !~ /\[/) print "DOOR_DATA", words[i]
        }
        { text = text $0 "\n" }
        END {
            while ((i = index(text, "/*")) > 0) {
                rest = substr(text, i + 2); text = substr(text, 1, i - 1) " " substr(rest, index(rest, "*/") + 2)
            }
            count = split(text, lines, "\n")
            for (k = 1; k <= count; k++) {
                if (lines[k] ~ /^ *# *define /) {
                    name = lines[k]; sub(/^ *# *define +/, "", name); sub(/[^A-Za-z_0-9].*/, "", name)
                    if (name ~ /^(Ke|Ex|Io|Rtl|FsRtl|Mm|Ob|Ps|Zw|Po|Hal|Se|Kd|Dbg|Interlocked)[A-Z][a-z]/) print "DOOR_INLINE", name
                    else print "other", name
                }
                if (lines[k] !~ /^ *#/) code = code " " lines[k]
            }
            gsub(/extern *"C" *\{/, "", code)
            length_of = length(code); depth = 0; part = ""
            for (k = 1; k <= length_of; k++) {
                c = substr(code, k, 1)
                if (c == "{") { if (depth == 0 && part ~ /FORCEINLINE|inline/) say("DOOR_INLINE", part); depth++; continue }
                if (c == "}") { depth--; if (depth == 0 && part ~ /FORCEINLINE|inline/) part = ""; continue }
                if (depth > 0) continue
                if (c != ";") { part = part c; continue }
                if (part ~ /^ *extern / && part !~ /\(/) variables(part)
                else if (part ~ /\(/ && part !~ /typedef|_Static_assert|FORCEINLINE|static inline/) say("DOOR", part)
                part = ""
            }
        }'
}
for header in model/kernel/include/*.h; do
    case $(basename "$header") in windows.h | winansi.h | wpp.h | winsvc.h | winmore.h | strsafe.h | nt_program.h | exifsim_guest.h) ;; *) declared "$header" ;; esac
done | sort -u >"$work/all"
grep -v '^other ' "$work/all" >"$work/wanted"
grep -oE '^DOOR(_DATA|_INLINE)?\([A-Za-z_0-9]+' "$table" | tr '(' ' ' | sort >"$work/rows"

{
    uniq -d "$work/rows" | sed "s|^|$table: twice: |"
    sort -u "$work/rows" | comm -13 - "$work/wanted" | sed "s|^|$table: no row: |"
    sed 's/^other /DOOR_INLINE /' "$work/all" | sort -u | comm -13 - "$work/rows" | sed "s|^|$table: not in the headers: |"
    grep -nE '^DOOR' "$table" |
        grep -vE '^[0-9]+:DOOR(_DATA|_INLINE)?\([A-Za-z_0-9]+, "(any|PASSIVE|APC|DISPATCH|HIGH|<= (APC|DISPATCH|DIRQL)|>= DISPATCH|< DISPATCH)", "(DDI:[a-z0-9_]+|undocumented|simulator)", [A-Z][A-Za-z]+\)$' |
        sed "s|^|$table: not a row: |"
} >"$work/offenders"
cat "$work/offenders"
rows=$(wc -l <"$work/rows")
[ ! -s "$work/offenders" ] && [ "$rows" -gt 100 ] && echo "$rows passed, 0 failed, 0 skipped"
