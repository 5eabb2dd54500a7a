#!/bin/sh
# runner.sh EXIFSIM JSON - exifsim test over many files: what is told of each, in which order, and when it ends.
. "$(dirname "$0")/common.sh"
ask() { "$json" "$1" <document; }

# Every expectation that was not met is told, in each format.
cat >wrong.ini <<END
[scenario]
extends = $quiet
[expect]
outcome = process_crash
min_delivered = 100000
event = EXIFS 9999
service = MSExchangeIS stopped
END
code 1 "0 passed, 1 failed, 0 skipped" "$exifsim" test wrong.ini --junit wrong.xml
for part in 'ended as survived, expected process_crash' 'messages were delivered, expected at least 100000' \
    'event EXIFS 9999 is 0 times in the log, expected' 'service MSExchangeIS is'; do
    holds "text" out "$part"
    holds "JUnit" wrong.xml "$part"
done
same "each in JUnit's message" "$(grep '<failure' wrong.xml | grep -o '&#10;' | wc -l | tr -d ' ')" 4
"$exifsim" test --format json wrong.ini >document
same "JSON has a list" "$(ask 'runs.0.expectations.unmet.#')" 4
same "JSON: the last" "$(ask 'runs.0.expectations.unmet.3')" 'service MSExchangeIS is RUNNING, expected STOPPED'
"$exifsim" test --format tap wrong.ini >tap
same "TAP has a list" "$(grep -c '^    - "' tap)" 4
code 1 "  - event EXIFS 9999 is 0 times" "$exifsim" run wrong.ini
finish
