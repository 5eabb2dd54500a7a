#!/bin/sh
# hard.sh EXIFSIM JSON - hard ends of the command: inputs that never end, signals, limits of the host.
. "$(dirname "$0")/common.sh"

# A named pipe and a device are no scenarios: nothing waits for a writer that never comes, and nothing is read without end.
mkfifo pipe
for verb in lint list run test replay explain console export rare; do
    case $verb in export) more=--csv ;; *) more= ;; esac
    code 2 "cannot open: not a regular file (expected a scenario file)" timeout 20 "$exifsim" $verb pipe $more
done
code 2 "/dev/zero:1:1: cannot open: not a regular file" timeout 20 "$exifsim" lint /dev/zero
code 2 "cannot open: not a regular file" timeout 20 "$exifsim" sweep pipe -o pipe.db
printf '[scenario]\nextends = pipe\n' >child.ini
code 2 'child.ini:2:11: cannot open "pipe": not a regular file (expected a scenario file)' timeout 20 "$exifsim" lint child.ini
printf '[scenario]\ntitle = data\n[versions]\nall = sp2\n[load smtp]\narrivals = pipe\n' >data.ini
code 2 'data.ini:6:12: cannot open "pipe": not a regular file (expected a file of data)' timeout 20 "$exifsim" lint data.ini

# A console whose line never ends.
timeout 20 "$exifsim" console "$quiet" </dev/zero >out 2>err
same "exit code of an endless line" $? 2
holds "said of it" err "stdin:1:1: 1048576 bytes without the end of a line (expected lines of text)"
finish
