"""prompt.py EXIFSIM SCENARIO - types at kd's prompt as a person does: completion, the line before, the end.

Exit code 77: this build has no libedit, or there is no terminal to be had.
"""
import contextlib
import os
import pty
import select
import signal
import subprocess
import sys
import time

exifsim, scenario = sys.argv[1:3]
if "libedit" not in subprocess.run([exifsim, "version", "--json"], capture_output=True, text=True).stdout:
    sys.exit(77)

pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "vt100"
    os.execv(exifsim, [exifsim, "kd", "-q", scenario])
seen = ""


def wait_for(text):
    """Reads on until the text comes behind what was waited for before."""
    global seen
    end = time.time() + 60
    while text not in seen:
        ready, _, _ = select.select([terminal], [], [], max(0, end - time.time()))
        if not ready:
            sys.exit(f"not ok: expected {text!r} behind:\n{seen}")
        try:
            seen += os.read(terminal, 4096).decode(errors="replace")
        except OSError:
            sys.exit(f"not ok: expected {text!r}, and it ended:\n{seen}")
    seen = seen[seen.index(text) + len(text):]


def type_keys(keys):
    os.write(terminal, keys.encode())


wait_for("kd> ")
type_keys("!posi\t\r")
wait_for("Time Travel Position: ")
wait_for("kd> ")
type_keys("!tt 50\r")
wait_for("Setting position: ")
wait_for("kd> ")
type_keys("\x10\x10\r")  # Two lines back.
wait_for("Time Travel Position: ")
wait_for("kd> ")
type_keys("x exifs!ExifsUndoN\t\r")
wait_for("exifs!ExifsUndoNow = <no type information>")
wait_for("kd> ")
type_keys("!locks -w\x08v\r")
wait_for("0 locks currently held")
wait_for("kd> ")
# The end of input can come while the terminal changes from lines to keys, and become a character of the line there: ^U empties the
# line, and both are typed until they are taken. What the debugger writes is read on, or it waits for that.
end = time.time() + 60
ended = 0
while not ended and time.time() < end:
    with contextlib.suppress(OSError):  # It has just ended.
        type_keys("\x15\x04")
        while select.select([terminal], [], [], 0.2)[0]:
            seen += os.read(terminal, 4096).decode(errors="replace")
    ended, status = os.waitpid(pid, os.WNOHANG)
if not ended:
    os.kill(pid, signal.SIGKILL)
    sys.exit(f"not ok: the end of input does not end it:\n{seen}")
if os.waitstatus_to_exitcode(status) != 0:
    sys.exit(f"not ok: exit code {os.waitstatus_to_exitcode(status)}")
print("5 passed, 0 failed")
