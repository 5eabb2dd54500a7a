#!/bin/sh
# link.sh EXIFSIM JSON LINK_READ - a run as a link, and as a page of its own: read back, they are the same run.
. "$(dirname "$0")/common.sh"
read=$3

# The smallest capsule of the article's night is a link that can be sent; read back it is the same run.
code 0 "" "$exifsim" minimize -q "$scenarios/kb908674.ini" -o small.ini
code 0 "index.html#run=" "$exifsim" link small.ini
link=$(cat out)
[ "${#link}" -lt 2000 ] && passed=$((passed + 1)) || { echo "not ok: a link of ${#link} characters"; failed=$((failed + 1)); }
same "letters of the link" "$(printf %s "$link" | tr -d 'A-Za-z0-9_.#=-')" ""
"$read" "$link" >back.ini
holds "the capsule" back.ini "$(grep '^fingerprint = ' small.ini)"
same "its build" "$(grep '^build' back.ini)" "$(grep '^build' small.ini)"
code 0 "reproduced: the fingerprint is the capsule's" "$exifsim" replay -q back.ini

# The view, and the address of the page.
code 0 "https://example.org/e/#run=" "$exifsim" link small.ini --url https://example.org/e/ --at "stop - 30 us"
"$read" "$(cat out)" >back.ini
holds "the view" back.ini "view: --at 'stop - 30 us'"
same "letters of the view" "$(sed 's/.*&view=//' out | tr -d 'A-Za-z0-9_.~%-')" ""
code 0 "" "$exifsim" link small.ini --format json
"$json" --check "$here/../../docs/json.md" <out && same "the document" "$("$json" link <out)" "$link"

# A capsule that extends another file, with surprises and comments: all of it is in the link.
sed 's/^title = .*/title = <\/script> <!-- a "title" \\ /' small.ini >base.ini
printf 'extends = base.ini\n# a comment\n[replay]\nsurprises = READY:4000000:1\n' >ours.ini
sed -i '1i [scenario]' ours.ini
code 0 "" "$exifsim" link ours.ini
"$read" "$(cat out)" >back.ini
holds "what it extends" back.ini "duration = "
holds "surprises" back.ini "surprises = READY:4000000:1"
same "files that are named, comments" "$(grep -c 'extends\|^#' back.ini)" 0

# What is wrong.
code 2 "kb908674.ini:1:1: no fingerprint (expected a capsule" "$exifsim" link "$scenarios/kb908674.ini"
code 2 "absent.ini:1:1: cannot open" "$exifsim" link absent.ini
sed 's/^duration = .*/duration = long/' small.ini >bad.ini
code 2 'bad.ini:6:12: "long"' "$exifsim" link bad.ini
code 2 'expected a time (78.5 s)' "$exifsim" link small.ini --at later
code 2 "link needs a capsule" "$exifsim" link
code 2 "link takes no --seed" "$exifsim" link small.ini --seed 1
sed 's/^fingerprint = .*/fingerprint = 12/' small.ini >bad.ini
code 2 '"12" (expected 16 hexadecimal digits)' "$exifsim" link bad.ini --format json
"$json" --check "$here/../../docs/json.md" <out && same "its error" "$("$json" errors.0.file <out)" bad.ini
# As many surprises as there can be, with long anchors and numbers.
awk 'BEGIN {
    name = "DepositsWhatIsThereForSomebody"
    for (line = 1; line <= 256; line++) {
        printf "surprises%s = READY:%0160d:1\n", (line > 1 ? "_" line : ""), 4000000 + line
        printf "anchors%s = READY@System/%s:KeSetEvent<%s+THREAD_START.1#0=%d\n", (line > 1 ? "_" line : ""), name, name, line
    }
}' | cat small.ini - >long.ini
code 2 "(expected at most 65536 for a link; exifsim minimize" "$exifsim" link long.ini
printf '[scenario]\ntitle = a driver\nduration = 1 s\n[machine]\nexchange = no\n[driver d]\nsource = d.c\n' >guest.ini
printf '#include <ntddk.h>\nNTSTATUS DriverEntry(PDRIVER_OBJECT d, PUNICODE_STRING r) { return 0; }\n' >d.c
"$exifsim" run -q guest.ini -s 1 -o guest_capsule.ini >out 2>err
code 2 "guest_capsule.ini:1:1: code from outside, which a browser does not compile (expected" "$exifsim" link guest_capsule.ini
code 2 "guest.ini:1:1: code from outside, which a browser does not compile (expected" "$exifsim" export guest.ini --html x.html

# A page of one file: the template with the run at its place, and nothing else changed.
printf 'before\n<!-- the run that is opened -->\nafter\n' >template.html
EXIFSIM_PAGE=$work/template.html
export EXIFSIM_PAGE
code 0 "" "$exifsim" export "$quiet" --html page.html --at stop
same "stdout is free" "$(cat out err)" ""
same "what is around it" "$(sed -n '1p;$p' page.html | tr '\n' ' ') $(wc -l <page.html)" "before after  3"
sed -n '2s/^<script type="application\/json" id="opening">\(.*\)<\/script>$/\1/p' page.html >opening.json
same "the view" "$("$json" view.0 <opening.json) $("$json" view.1 <opening.json) $("$json" view.# <opening.json)" "--at stop 2"
"$json" text <opening.json >back.ini
holds "its fingerprint" back.ini "fingerprint = "
code 0 '1 passed' "$exifsim" replay -q back.ini
same "its files" "$(grep -c '^extends\|^include' back.ini)" 0

# A title cannot end the element.
code 0 "" "$exifsim" export base.ini --html page.html
same "elements" "$(grep -o '<[a-z/!]*' page.html | tr '\n' ' ')" "<script </script "
sed -n '2s/^<script[^>]*>\(.*\)<\/script>$/\1/p' page.html >opening.json
holds "the title" opening.json 'title = \u003c/script> \u003c!-- a \"title\"'
"$json" text <opening.json >back.ini
holds "the title, read" back.ini 'title = </script> <!-- a "title"'
code 0 '"format": "html"' "$exifsim" export small.ini --html page.html --format json
"$json" --check "$here/../../docs/json.md" <out && same "its fingerprint" "$(sed -n 's/^fingerprint = //p' small.ini)" "$("$json" fingerprint <out)"
code 0 '"opening">{"text":' "$exifsim" export small.ini --html -

# What is wrong: nothing is half-written, nothing that is read is overwritten.
rm page.html
sed 's/^fingerprint = .*/fingerprint = 0000000000000012/' small.ini >other.ini
code 3 "(expected 0000000000000012, from the capsule); page.html was not written" "$exifsim" export other.ini --html page.html
code 2 'expected a time (78.5 s)' "$exifsim" export small.ini --html page.html --at later
code 2 'a page holds the whole run' "$exifsim" export small.ini --html page.html -o other.html
code 2 'a page holds the whole run' "$exifsim" export small.ini --html page.html --from 4s
code 2 '--at "4s" needs --html FILE' "$exifsim" export small.ini --csv --at 4s
code 2 'several of --perfetto, --chrome, --csv, --json and --html' "$exifsim" export small.ini --html page.html --csv
code 2 'would overwrite the input' "$exifsim" export small.ini --html small.ini
code 2 'would overwrite the page that it is made from' "$exifsim" export small.ini --html template.html
code 2 'the data goes to standard output, too' "$exifsim" export small.ini --html - --format json
code 2 'cannot write none/page.html' "$exifsim" export small.ini --html none/page.html
EXIFSIM_PAGE=$work/small.ini
code 2 'small.ini has no line "<!-- the run that is opened -->" (expected the page' "$exifsim" export small.ini --html page.html
EXIFSIM_PAGE=$work/absent.html
code 2 'absent.html: no such file (expected the page without a run: ./dev web makes it)' "$exifsim" export small.ini --html page.html
same "nothing is half-written" "$(ls | grep -c 'page.html\|other.html\|\.tmp$')" 0
same "the template" "$(wc -l <template.html)" 3
finish
