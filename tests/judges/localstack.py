#!/usr/bin/env python3.13
"""Guardian against a second implementation of AWS: LocalStack in host mode, without Docker.

    tests/judges/localstack.py [--guardian PATH] [--bootstrap PATH]

Deploys the examples with `guardian`, starts their machines, and prints a table of the results. It is not
part of .ci/run: the installation takes a minute and 700 MB. LocalStack's events, queue, event source
mapping, schedules and alarms are its own; its Lambda executor, which needs Docker, is replaced by one
that runs the package's `bootstrap` as a process. Build both binaries first:

    cargo build -p guardian-cli --bin guardian
    cargo build -p guardian-lambda --bin bootstrap --profile lambda
"""

import argparse
import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "target" / "judge"
VENV = WORK / "localstack"
# LocalStack 4.14 is the last community version with an open source; it needs Python 3.13.
PACKAGES = ["localstack-core[runtime]==4.14.0", "cbor2==5.7.1", "pyopenssl==25.3.0", "cryptography==46.0.7",
            "service-identity==24.2.0"]
PYTHON = (3, 13)
REGION = "us-east-1"

# Key of a machine of examples/, its input, its final status, and whether an event publishes its light.
RUNS = [
    ("nightly-report", {}, "SUCCEEDED", True),
    ("order-fulfilment", {"items": 1000}, "FAILED", True),
    ("payment-capture", {"manual": True}, "SUCCEEDED", True),
    ("image-thumbnails", {"pictures": [{"name": "cat.jpg"}, {"name": "dog.bmp"}]}, "FAILED", True),
    ("inventory-sync", {}, "TIMED_OUT", True),
    ("contract-approval", {}, "RUNNING", False),
    ("click-stream", {"page": "/"}, None, False),
]
# Lights on the board after these runs.
LIGHTS = {
    "nightly-report": "green",
    "order-fulfilment": "red",
    "payment-capture": "green",
    "image-thumbnails": "red",
    "inventory-sync": "red",
    "contract-approval": "grey",
    "year-end-closing": "grey",
}


def serve():
    """Runs LocalStack in this process, with functions as processes."""
    from concurrent.futures import Future
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    from localstack import config
    from localstack.services.lambda_ import provider
    from localstack.services.lambda_.invocation import execution_environment, version_manager
    from localstack.services.lambda_.invocation.lambda_models import InvocationResult
    from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

    class ProcessExecutor(RuntimeExecutor):
        """Lambda's Runtime API for one process of the function."""

        def start(self, env_vars):
            self.waiting, self.answers = queue.Queue(), {}
            executor = self

            class Api(BaseHTTPRequestHandler):
                def log_message(self, *_):
                    pass

                def answer(self, status, headers=(), body=b""):
                    self.send_response(status)
                    for name, value in headers:
                        self.send_header(name, value)
                    self.send_header("content-length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

                def do_GET(self):
                    payload = executor.waiting.get()
                    if payload is None:
                        return self.answer(410)
                    deadline = int((time.time() + executor.function_version.config.timeout) * 1000)
                    self.answer(200, [
                        ("Lambda-Runtime-Aws-Request-Id", payload["invoke-id"]),
                        ("Lambda-Runtime-Deadline-Ms", str(deadline)),
                        ("Lambda-Runtime-Invoked-Function-Arn", payload["invoked-function-arn"]),
                        ("Lambda-Runtime-Trace-Id", payload["trace-id"]),
                        ("content-type", "application/json"),
                    ], payload["payload"].encode())

                def do_POST(self):
                    body = self.rfile.read(int(self.headers.get("content-length") or 0))
                    parts = self.path.rstrip("/").split("/")
                    answer = executor.answers.get(parts[-2])
                    if answer and not answer.done():
                        answer.set_result((body, parts[-1] == "error"))
                    self.answer(202)

            self.server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
            threading.Thread(target=self.server.serve_forever, daemon=True).start()
            version = self.function_version.config
            version.code.prepare_for_execution()
            task = Path(version.code.get_unzipped_code_location())
            bootstrap = task / "bootstrap"
            bootstrap.chmod(0o755)
            self.log = open(WORK / f"function-{self.id}.log", "w+")
            environment = {name: str(value) for name, value in env_vars.items()} | {
                "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self.server.server_port}",
                "LAMBDA_TASK_ROOT": str(task),
                "TZ": "UTC",
                "PATH": os.environ["PATH"],
            }
            self.process = subprocess.Popen(
                [bootstrap], cwd=task, env=environment, stdout=self.log, stderr=self.log)

        def stop(self):
            self.waiting.put(None)
            self.process.terminate()
            self.process.wait()
            self.server.shutdown()

        def get_address(self):
            return "127.0.0.1"

        def get_endpoint_from_executor(self):
            return "127.0.0.1"

        def get_runtime_endpoint(self):
            return ""

        def invoke(self, payload):
            answer = self.answers[payload["invoke-id"]] = Future()
            self.waiting.put(payload)
            body, failed = answer.result(timeout=self.function_version.config.timeout)
            return InvocationResult(payload["invoke-id"], body, is_error=failed, logs=self.get_logs())

        def get_logs(self):
            self.log.flush()
            return Path(self.log.name).read_text()[-4096:]

        @classmethod
        def prepare_version(cls, function_version):
            pass

        @classmethod
        def cleanup_version(cls, function_version):
            function_version.config.code.destroy_cached()

    for module in (provider, execution_environment, version_manager):
        module.get_runtime_executor = lambda: ProcessExecutor
    config.LAMBDA_KEEPALIVE_MS = 600_000
    from localstack.runtime.main import main

    main()


class Judge:
    def __init__(self, guardian, bootstrap):
        import boto3

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.endpoint = f"http://127.0.0.1:{port}"
        self.guardian_path, self.rows = guardian, []
        kept = ("PATH", "HOME", "LANG", "JAVA_HOME")
        clean = {name: value for name, value in os.environ.items() if name in kept}
        self.environment = clean | {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "NO_PROXY": "127.0.0.1",
            "GUARDIAN_BINARY": str(bootstrap),
        }
        self.filesystem = tempfile.TemporaryDirectory(dir=WORK, ignore_cleanup_errors=True)
        emulator = dict(os.environ) | {
            "GATEWAY_LISTEN": f"127.0.0.1:{port}",
            "LOCALSTACK_HOST": f"127.0.0.1:{port}",
            "FILESYSTEM_ROOT": self.filesystem.name,
            "DNS_ADDRESS": "0",
            "DISABLE_EVENTS": "1",
            "SKIP_SSL_CERT_DOWNLOAD": "1",
            "EAGER_SERVICE_LOADING": "0",
        }
        log = open(WORK / "localstack.log", "w")
        # A group of its own, so that the functions end with it. Without -P this file is `localstack`.
        self.process = subprocess.Popen(
            [sys.executable, "-P", __file__, "serve"], env=emulator, stdout=log, stderr=log,
            stdin=subprocess.DEVNULL, start_new_session=True)

        def client(service):
            return boto3.client(
                service, endpoint_url=self.endpoint, region_name=REGION,
                aws_access_key_id="test", aws_secret_access_key="test")

        self.sfn, self.cloudwatch, self.lambda_ = map(client, ("stepfunctions", "cloudwatch", "lambda"))

    def close(self):
        if self.process.poll() is not None:
            return
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)

    def step(self, name, check):
        """Runs a check; what it returns is its result, an exception its failure."""
        began = time.monotonic()
        try:
            held, said = True, check() or ""
        except Exception as error:  # the table has it
            held, said = False, f"{error}"
        self.rows.append((name, held, time.monotonic() - began, said))
        print(f"{'ok' if held else 'FAILED':7} {name}: {said}", flush=True)
        return held

    def wait(self, what, found, seconds=90):
        end = time.monotonic() + seconds
        while True:
            value = found()
            if value:
                return value
            if self.process.poll() is not None:
                raise RuntimeError("LocalStack has ended; see target/judge/localstack.log")
            if time.monotonic() > end:
                raise RuntimeError(f"{what}: not within {seconds} s")
            time.sleep(0.5)

    def up(self):
        def health():
            try:
                with urllib.request.urlopen(f"{self.endpoint}/_localstack/health", timeout=2) as answer:
                    return json.load(answer)["version"]
            except OSError:
                return None

        return f"version {self.wait('LocalStack', health)}"

    def guardian(self, project, *words, codes=(0,)):
        ended = subprocess.run(
            [self.guardian_path, *words], cwd=project, env=self.environment, capture_output=True,
            text=True, timeout=300)
        name = f"{project.name}-{words[0]}.log"
        (WORK / name).write_text(f"{ended.stdout}\n{ended.stderr}")
        if ended.returncode not in codes:
            tail = " ".join((ended.stderr or ended.stdout).split())[-300:]
            raise RuntimeError(f"`guardian {' '.join(words)}` ended with {ended.returncode}: {tail}")
        return ended

    def machines(self):
        return {m["name"]: m["stateMachineArn"] for m in self.sfn.list_state_machines()["stateMachines"]}

    def run(self):
        arns, started = self.machines(), {}
        for key, given, ends, _ in RUNS:
            arn = arns[f"{key}-step-function"]
            answer = self.sfn.start_execution(stateMachineArn=arn, input=json.dumps(given))
            started[key] = answer["executionArn"]
        wrong = []
        for key, _, ends, _ in RUNS:
            if ends is None:  # executions of EXPRESS machines cannot be described
                continue
            status = lambda: self.sfn.describe_execution(executionArn=started[key])["status"]
            try:
                self.wait(key, lambda: status() == ends)
            except RuntimeError:
                wrong.append(f"{key} is {status()}, not {ends}")
        # AWS publishes the metrics of an EXPRESS machine; without a point `guardian status` looks back as far
        # as CloudWatch keeps them, for which LocalStack takes minutes.
        self.cloudwatch.put_metric_data(Namespace="AWS/States", MetricData=[{
            "MetricName": "ExecutionsSucceeded", "Value": 1, "Unit": "Count",
            "Dimensions": [{"Name": "StateMachineArn", "Value": arns["click-stream-step-function"]}],
        }])
        if wrong:
            raise RuntimeError("; ".join(wrong))
        return f"{len(started)} runs"

    def points(self):
        """Lights that were published before any sweep can only come from events."""
        wanted = {f"{key}_Status" for key, _, _, by_event in RUNS if by_event}

        def published():
            metrics = self.cloudwatch.list_metrics(Namespace="StepFunctions")["Metrics"]
            return {metric["MetricName"] for metric in metrics}

        try:
            self.wait("points", lambda: wanted <= published())
        except RuntimeError:
            raise RuntimeError(f"without a point: {', '.join(sorted(wanted - published()))}") from None
        return f"{len(wanted)} lights published by events"

    def lights(self, project):
        ended = self.guardian(project, "status", "--json")
        records = [json.loads(line) for line in ended.stdout.splitlines()]
        shown = {r.get("key"): r.get("light") for r in records if "light" in r}
        wrong = [f"{k} is {shown.get(k)}, not {v}" for k, v in LIGHTS.items() if shown.get(k) != v]
        if wrong:
            raise RuntimeError("; ".join(wrong))
        return f"{len(LIGHTS)} lights as expected"

    def alarms(self):
        expected = {k: {"green": "OK", "red": "ALARM"}.get(v) for k, v in LIGHTS.items()}
        expected = {k: v for k, v in expected.items() if v}

        def states():
            found = self.cloudwatch.describe_alarms()["MetricAlarms"]
            return {k: a["StateValue"] for k in expected for a in found if a["AlarmName"].endswith(f"-{k}")}

        try:
            self.wait("alarms", lambda: states() == expected, 240)
        except RuntimeError:
            wrong = [f"{k} is {s}" for k, s in states().items() if s != expected[k]]
            raise RuntimeError("; ".join(wrong) or f"{len(states())} alarms") from None
        return f"{len(expected)} alarms follow"

    def left(self):
        functions = [f["FunctionName"] for f in self.lambda_.list_functions()["Functions"]]
        alarms = [a["AlarmName"] for a in self.cloudwatch.describe_alarms()["MetricAlarms"]]
        left = [*self.machines(), *functions, *alarms]
        if left:
            raise RuntimeError(f"left: {', '.join(left)}")
        return "no machine, function or alarm"


def example(name):
    project = WORK / f"project-{name.replace('/', '-')}"
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(ROOT / name / "definitions", project / "definitions")
    shutil.copy(ROOT / name / "guardian.yaml", project)
    return project


def judge(guardian, bootstrap):
    # If this script is terminated, it also ends LocalStack.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    judge = Judge(guardian, bootstrap)
    step, guardian = judge.step, judge.guardian
    try:
        if step("LocalStack starts in host mode", judge.up):
            shop = example("examples")
            deploy = lambda project: guardian(project, "deploy", "--yes", "--no-sweep") and None
            same = lambda project: guardian(project, "diff", "--exit-code") and "no differences"
            if step("examples: deploy", lambda: deploy(shop)):
                step("examples: machines run", judge.run)
                step("examples: events become points", judge.points)
                step("examples: sweep", lambda: guardian(shop, "run").stdout.strip().splitlines()[0])
                step("examples: status", lambda: judge.lights(shop))
                step("examples: alarms", judge.alarms)
                step("examples: diff is empty", lambda: same(shop))
                with open(shop / "guardian.yaml", "a") as file:
                    file.write("\nschedule: rate(1 hour)\n")
                step("examples: update", lambda: deploy(shop))
                step("examples: diff is empty again", lambda: same(shop))
                step("examples: destroy", lambda: guardian(shop, "destroy", "--yes") and None)
                step("examples: nothing is left", judge.left)
            recipe = example("examples/recipe")
            if step("recipe: deploy", lambda: deploy(recipe)):
                step("recipe: sweep", lambda: guardian(recipe, "run").stdout.strip().splitlines()[0])
                step("recipe: diff is empty", lambda: same(recipe))
                step("recipe: destroy", lambda: guardian(recipe, "destroy", "--yes") and None)
                step("recipe: nothing is left", judge.left)
    finally:
        judge.close()
    print("\n| Step | Result | Seconds | |\n|---|---|---|---|")
    for name, held, seconds, said in judge.rows:
        print(f"| {name} | {'ok' if held else 'failed'} | {seconds:.0f} | {said.replace('|', '/')} |")
    return all(held for _, held, _, _ in judge.rows)


def installed():
    """The Python of the virtual environment, which is made if it is not there."""
    python = VENV / "bin" / "python"
    done = VENV / "done"
    if not done.exists() or done.read_text() != "\n".join(PACKAGES):
        if sys.version_info[:2] != PYTHON:
            sys.exit(f"LocalStack needs Python {PYTHON[0]}.{PYTHON[1]}; run this script with it")
        venv.create(VENV, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        done.write_text("\n".join(PACKAGES))
    return python


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        sys.exit(serve())
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--guardian", type=Path, default=ROOT / "target/debug/guardian")
    parser.add_argument("--bootstrap", type=Path, default=ROOT / "target/lambda/bootstrap")
    given = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    for log in WORK.glob("function-*.log"):
        log.unlink()
    python = installed()
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(python, [python, __file__, *sys.argv[1:]])
    for path in (given.guardian, given.bootstrap):
        if not path.exists():
            sys.exit(f"there is no {path}: build it first, see --help")
    sys.exit(0 if judge(given.guardian.resolve(), given.bootstrap.resolve()) else 1)
