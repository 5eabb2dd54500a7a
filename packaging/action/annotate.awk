# annotate.awk - turns what exifsim test says into annotations of a workflow. Reads standard error with kind=errors, then standard output
# with kind=runs. Writes a line "path, reason, line that runs it again" for each failed run to the file `failures`, separated by tabs.
function message(text) { gsub(/%/, "%25", text); gsub(/\r/, "%0D", text); gsub(/\n/, "%0A", text); return text }
function property(text) { text = message(text); gsub(/:/, "%3A", text); gsub(/,/, "%2C", text); return text }

# The line on which a scenario says what it expects; 1 if it does not, or cannot be read.
function expect_line(path,    line, number, found) {
    found = 1
    while ((getline line < path) > 0) {
        number++
        if (line ~ /^\[expect\]/) { found = number; break }
    }
    close(path)
    return found
}
function finish() {
    if (path == "")
        return
    printf "::error file=%s,line=%d,title=%s::%s%%0AAgain: %s\n", property(path), expect_line(path), property(reasons), message(head), message(again)
    printf "%s\t%s\t%s\n", path, reasons, again > failures
    path = reasons = again = ""
}

# An error in a file: "night.ini:5:14: what was found (what was expected)".
kind == "errors" {
    if (match($0, /:[0-9]+:[0-9]+: /)) {
        file = substr($0, 1, RSTART - 1)
        text = substr($0, RSTART + RLENGTH)
        split(substr($0, RSTART + 1, RLENGTH - 3), place, ":")
        printf "::error file=%s,line=%d,col=%d,title=Scenario::%s\n", property(file), place[1], place[2], message(text)
    }
    next
}

# A failed run: its line, reasons that are indented, and the line that runs it again.
/^FAIL / {
    finish()
    head = path = $0
    sub(/^.*  /, "", path)
    next
}
/^     exifsim (run|replay) / && path != "" {
    again = $0
    sub(/^ +/, "", again)
    next
}
/^     / && path != "" {
    line = $0
    sub(/^ +/, "", line)
    reasons = reasons (reasons == "" ? "" : "; ") line
    next
}
{ finish() }
END { finish() }
