#!/bin/sh
# install.sh - first step of action.yml: makes exifsim a command of the steps that follow. One that is in PATH stays; otherwise the sources
# of the action are built and installed below $RUNNER_TEMP.
set -eu
if command -v exifsim >/dev/null 2>&1; then
    echo "exifsim is here: $(exifsim version | head -n 1)"
    exit 0
fi
prefix=${RUNNER_TEMP:?the variable of the runner is not set}/exifsim
echo "::group::Building exifsim"
"$(dirname "$0")/../../dev" install "$prefix"
echo "::endgroup::"
echo "$prefix/bin" >>"${GITHUB_PATH:?the variable of the runner is not set}"
"$prefix/bin/exifsim" version
