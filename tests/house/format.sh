#!/bin/sh
# format.sh - every C file is as clang-format leaves it. ./dev format mends the lines of a change.
set -u
cd "$(dirname "$0")/../.." || exit 1
offenders=$(git ls-files '*.c' '*.h' | xargs clang-format --dry-run 2>&1 | sed -n 's/: warning: code should be clang-formatted.*//p')
if [ -n "$offenders" ]; then
    echo "$offenders"
    echo "0 passed, 1 failed"
    exit 1
fi
echo "1 passed, 0 failed"
