# common.sh - sourced by the scripts beside it: EXIFSIM JSON are their arguments.
. "$(dirname "$0")/../cli/common.sh"
labs=$scenarios/labs
page=$here/../../docs/json.md

# Makes a folder of a lab's driver with a mend; NAME "": the driver as it is.
mended() { # FOLDER LAB NAME
    mkdir -p "$1"
    cp "$labs/$2/driver.c" "$1"
    [ -z "$3" ] || patch -s -d "$1" <"$here/mends/$2/$3.diff"
}

holds_to_the_page() { # CODE COMMAND...
    want=$1
    shift
    "$@" --format json >document 2>err </dev/null
    same "exit code of: $*" $? "$want"
    "$json" --check "$page" <document >read
    same "the page has every field of: $*" "$? $(head -3 read)" "0 "
}
