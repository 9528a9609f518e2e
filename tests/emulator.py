"""Runs ministack for the demo and the tests, but never longer than the process that started it.

Two things are added to it. When standard input ends (the parent closed it, or died in any way), the
whole process group is killed, with the functions' processes. And a state machine's own
TimeoutSeconds takes effect, which ministack 1.5.33 does not read: it never sets TIMED_OUT.
"""

import contextvars
import json
import os
import shutil
import signal
import sys
import threading

from ministack.app import main
from ministack.services import stepfunctions

run_execution = stepfunctions._run_execution
fail_execution = stepfunctions._fail_execution


def end_with_the_parent():
    while os.read(0, 4096):
        pass
    shutil.rmtree(os.environ["STATE_DIR"], ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


def time_out(arn, seconds):
    execution = stepfunctions._executions.get(arn)
    if not execution or execution["status"] != "RUNNING":
        return
    execution["status"] = "TIMED_OUT"
    execution["error"] = "States.Timeout"
    execution["cause"] = f"The execution ran longer than {seconds} seconds."
    execution["stopDate"] = stepfunctions.now_iso()
    stepfunctions._add_event(execution, "ExecutionTimedOut", {
        "executionTimedOutEventDetails": {"error": "States.Timeout"},
    })
    stepfunctions._emit_execution_status_event(execution)


def run_within_the_timeout(arn):
    execution = stepfunctions._executions.get(arn) or {}
    machine = stepfunctions._state_machines.get(execution.get("stateMachineArn")) or {}
    seconds = json.loads(machine.get("definition") or "{}").get("TimeoutSeconds")
    if isinstance(seconds, (int, float)):
        # The stores look up account and region in the context, which a new thread does not have.
        context = contextvars.copy_context()
        timer = threading.Timer(seconds, context.run, (time_out, arn, seconds))
        timer.daemon = True
        timer.start()
    run_execution(arn)


def fail_what_still_runs(execution, error, cause):
    if execution["status"] == "RUNNING":
        fail_execution(execution, error, cause)


if __name__ == "__main__":
    threading.Thread(target=end_with_the_parent, daemon=True).start()
    stepfunctions._run_execution = run_within_the_timeout
    stepfunctions._fail_execution = fail_what_still_runs
    sys.argv = ["ministack"]
    sys.exit(main())
