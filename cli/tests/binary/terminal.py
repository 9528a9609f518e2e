"""Runs a command on a real pseudo-terminal under a small shell with job control.

Reads {"size": [rows, columns], "command": [...], "steps": [...]} from standard input and writes what
happened as JSON. Steps: ["wait", text], ["send", text], ["resize", rows, columns], ["signal", number],
["stopped"] (waits until the command is stopped), ["continue"].
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time

LIMIT = 30


def shell(command, events, orders):
    """The session's first process: starts the command in the foreground and continues it."""
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    before = termios.tcgetattr(0)

    def tell(**event):
        event["same"] = termios.tcgetattr(0) == before
        os.write(events, (json.dumps(event) + "\n").encode())

    def forget():
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        os.setpgid(0, 0)

    child = subprocess.Popen(command, preexec_fn=forget)
    os.tcsetpgrp(0, child.pid)
    tell(pid=child.pid)
    while True:
        _, status = os.waitpid(child.pid, os.WUNTRACED)
        os.tcsetpgrp(0, os.getpgrp())
        if not os.WIFSTOPPED(status):
            tell(code=os.waitstatus_to_exitcode(status))
            os.read(orders, 1)
            os._exit(0)
        tell(stopped=True)
        os.read(orders, 1)
        os.tcsetpgrp(0, child.pid)
        os.killpg(child.pid, signal.SIGCONT)


def main():
    spec = json.load(sys.stdin)
    events, told = os.pipe()
    ordered, orders = os.pipe()
    pid, screen = pty.fork()
    if pid == 0:
        rows, columns = spec["size"]
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        shell(spec["command"], told, ordered)
    output, mark, heard = "", 0, []

    def pump(done, what):
        nonlocal output
        end = time.monotonic() + LIMIT
        while not done():
            if time.monotonic() > end:
                raise TimeoutError(f"no {what} in {output[mark:]!r}")
            for ready in select.select([screen, events], [], [], 0.1)[0]:
                data = os.read(ready, 65536).decode(errors="replace")
                if ready == screen:
                    output += data
                else:
                    heard.extend(json.loads(line) for line in data.splitlines())

    result = {}
    try:
        pump(lambda: heard, "start")
        for step in spec["steps"]:
            name, rest = step[0], step[1:]
            if name == "wait":
                pump(lambda: rest[0] in output[mark:], repr(rest[0]))
                mark = output.index(rest[0], mark) + len(rest[0])
            elif name == "send":
                os.write(screen, rest[0].encode())
            elif name == "resize":
                fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", *rest, 0, 0))
            elif name == "signal":
                os.kill(heard[0]["pid"], rest[0])
            elif name == "stopped":
                pump(lambda: any("stopped" in event for event in heard), "stop")
                result["stopped"] = next(event for event in heard if "stopped" in event)
                result["output_when_stopped"] = output
            elif name == "continue":
                os.write(orders, b"c")
        pump(lambda: any("code" in event for event in heard), "end")
        result["ended"] = next(event for event in heard if "code" in event)
    except TimeoutError as error:
        result["error"] = str(error)
        os.kill(heard[0]["pid"], signal.SIGKILL)
    # What the terminal still holds.
    while select.select([screen], [], [], 0.2)[0]:
        try:
            data = os.read(screen, 65536)
        except OSError:
            break
        output += data.decode(errors="replace")
        if not data:
            break
    os.write(orders, b"c")
    result["output"] = output
    json.dump(result, sys.stdout)


main()
