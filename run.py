#!/usr/bin/env python3
"""Sets the project up and starts it with nothing but Python: make .venv, install what the lock names, hand over.

What a person reads stands in content/copy/setup.toml, save the one line for a Python too old to read that file.
For that line's sake the file keeps to the grammar of Python 3.6.
"""

import contextlib
import hashlib
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import typing
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "branch-life.json"
PYTHON = str(VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
SUDO = "sudo " if hasattr(os, "geteuid") and os.geteuid() != 0 else ""
MENDS = (  # a program that starts here, and what to type where Python is too old
    *((f"python3.{minor}", f"python3.{minor}") for minor in range(20, 10, -1)),
    ("apt", SUDO + "apt install -y python3.11 python3.11-venv && python3.11"),
    ("dnf", SUDO + "dnf install -y python3.11 && python3.11"),
    ("brew", "brew install python@3.13 && python3.13"),
    ("winget", "winget install -e --id Python.Python.3.13, then in a new window: py -3.13"),
)
PIP = "-P -m pip install --require-hashes --only-binary :all: --no-input --progress-bar off --disable-pip-version-check -r"
HAND_OVER = {"demo": ("runtime", "bot demo"), "test": ("tests", "pytest -n 2"), "bench": ("bench", "tests.bench")}
CHECKS = {
    "lint": "ruff check .",
    "format": "ruff format --check .",
    "types": "mypy",
    "laws": "pytest -q tests/laws",
    "content": "bot content check",
}


def old_python(version: str, arguments: str, starts: "typing.Callable[[str], bool]") -> str:
    """One line for a Python too old, with the exact command that mends it."""
    mend = next((command for name, command in MENDS if starts(name)), "install one, then python3")
    return f"This is Python {version}; branch-life needs 3.11 or newer. Mend it: {mend} run.py {arguments}".rstrip()


def starts(name: str) -> bool:
    """Whether a program is here and runs: version managers leave names behind that do not."""
    with contextlib.suppress(OSError):
        return subprocess.call([name, "--version"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) == 0
    return False


if sys.version_info < (3, 11):
    sys.exit(old_python("{}.{}".format(*sys.version_info), " ".join(sys.argv[1:]), starts))


def words(key: str, **values: object) -> str:
    import tomllib  # noqa: PLC0415  an old Python has none, and has to get as far as the line above

    return str(tomllib.loads((ROOT / "content/copy/setup.toml").read_text("utf-8"))["setup"][key]).format(**values)


def say(key: str, **values: object) -> None:
    print(words(key, **values), flush=True)


def pins(lock: str) -> dict[str, str]:
    """Name to version of everything a lock names, whatever system it is for."""
    return dict(re.findall(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", lock, re.MULTILINE))


def covered(lock: str, folder: Path) -> dict[str, str]:
    """Name to sha256 of every lock in the folder that is met once `lock` is installed, itself included."""
    texts = {path.stem: path.read_text("utf-8") for path in folder.glob("*.txt")}
    met = {name: text for name, text in texts.items() if pins(text).items() <= pins(texts[lock]).items()}
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in met.items()}


def read_stamp() -> dict[str, typing.Any]:
    """What the last set-up left: `python` and `locks`. Nothing if there was none, or a kill cut it short."""
    with contextlib.suppress(OSError, ValueError):
        return dict(json.loads(STAMP.read_text("utf-8")))
    return {}


def probe() -> str:
    """The version of the Python in .venv; empty if it is missing, broken, without pip, or not of our minor version."""
    command = [PYTHON, "-I", "-c", "import sys, pip; print('%d.%d.%d' % sys.version_info[:3])"]
    with contextlib.suppress(OSError):
        version = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False).stdout
        return version.strip() if version.startswith("{}.{}.".format(*sys.version_info)) else ""
    return ""


def is_ready(lock: str) -> bool:
    met = read_stamp().get("locks", {}).get(lock) == covered(lock, ROOT / "requirements")[lock]
    return bool(met and read_stamp()["python"] == probe())


def environment() -> dict[str, str]:
    """What children inherit: UTF-8, and nothing that would send packages elsewhere than to .venv."""
    astray = {"PYTHONHOME", "__PYVENV_LAUNCHER__", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"}
    return {k: v for k, v in os.environ.items() if k not in astray} | {"PYTHONUTF8": "1", "PIP_USER": "0"}


def grab(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:  # other errors come from a share that knows no locks: go on without
        return not isinstance(problem, (BlockingIOError, PermissionError))
    return True


def set_up(lock: str) -> bool:
    """Leave a .venv that meets the lock, whatever was there before; False if it already did.

    The system drops the lock file with its last holder, a pip left behind included, so it is never stale.
    """
    if is_ready(lock):
        return False
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var/setup.lock").open("a") as file:
        if not grab(file.fileno()):
            say("waiting")
            while not grab(file.fileno()):
                time.sleep(0.2)
        if is_ready(lock):  # the start we waited for has done it
            return False
        if not (read_stamp() and probe()):
            make_venv(file.fileno())
        install(lock, file.fileno())
    return True


def make_venv(held: int) -> None:
    if VENV.exists():
        say("remaking")
        shutil.rmtree(VENV)
    say("making")
    status, output = watch([getattr(sys, "_base_executable", sys.executable), "-m", "venv", str(VENV)], len, held)
    if status != 0:
        sys.exit(words("venv_failed", tail=tail(output), sudo=SUDO, minor=sys.version_info[1]))
    STAMP.write_text(json.dumps({"python": probe(), "locks": {}}))


def install(lock: str, held: int) -> None:
    path, before = ROOT / f"requirements/{lock}.txt", read_stamp()
    progress = Progress(len(pins(path.read_text("utf-8"))), sys.stdout.isatty())
    say("installing", count=progress.total)
    status, ticker = -1, threading.Thread(target=progress.tick, daemon=True)
    ticker.start()
    STAMP.unlink()
    try:
        status, output = watch([PYTHON, *PIP.split(), str(path)], progress.hear, held)
    finally:
        progress.over.set()
        ticker.join()
        if status != 0 and progress.key != "unpacking":  # nothing was written yet: what was there is as good as before
            STAMP.write_text(json.dumps(before))
    if status != 0:
        sys.exit(words("pip_failed", tail=tail(output), free=shutil.disk_usage(ROOT).free >> 20))
    STAMP.write_text(json.dumps({"python": probe(), "locks": covered(lock, path.parent)}))
    say("installed", seconds=int(time.monotonic() - progress.started))


def watch(command: list[str], hear: typing.Callable[[str], object], *held: int) -> tuple[int, str]:
    """Run a command, tell `hear` every line it says; its status and all it said. It keeps `held` open while it lives."""
    pipe: dict[str, typing.Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    text: dict[str, typing.Any] = {"encoding": "utf-8", "errors": "replace", "env": environment()}
    heard = []
    with subprocess.Popen(command, pass_fds=() if os.name == "nt" else held, **pipe, **text) as process:
        for line in process.stdout or ():
            heard.append(line)
            hear(line)
    return process.returncode, "".join(heard)


class Progress:
    """What pip is doing: one moving line on a terminal, a plain line every ten seconds elsewhere."""

    def __init__(self, total: int, terminal: bool) -> None:
        self.total, self.terminal, self.started = total, terminal, time.monotonic()
        self.key, self.doing, self.seen, self.over = "downloading", "", set[str](), threading.Event()

    def hear(self, line: str) -> None:
        counted = re.match(r"(?:Collecting|Requirement already satisfied:|Ignoring) ([\w.-]+)", line)
        fetched = re.match(r"\s*(?:Downloading|Using cached) (?:\S*/)?([\w.]+)-\S+ (\(.+\))", line)
        if counted:
            self.key, self.doing = "downloading", counted[1]
            self.seen.add(re.sub(r"[-_.]+", "-", counted[1]).lower())
        elif fetched:
            self.doing = " ".join(fetched.groups())
        elif "Retrying (" in line:
            self.key = "retrying"
        elif line.startswith("Installing collected packages:"):
            self.key = "unpacking"

    def tick(self) -> None:
        while not self.over.wait(0.2 if self.terminal else 10):
            done, seconds = min(len(self.seen), self.total), int(time.monotonic() - self.started)
            text = words(self.key, done=done, total=self.total, doing=self.doing, seconds=seconds)
            print(f"\r{text:50}" if self.terminal else f"{text}\n", end="", flush=True)
        print("\r" + " " * 79 + "\r" if self.terminal else "", end="", flush=True)


def tail(output: str) -> str:
    """The last lines a command said, without the addresses in them: a mirror's may hold a password."""
    hidden = re.sub(r"(?<=://)[^/\s'\"]+|(?<=host=')[^']+", "***", output)
    return "\n".join("  " + line for line in hidden.strip().splitlines()[-12:])


def hand_over(*arguments: str) -> int:
    """Become `.venv python -m …`. Windows cannot replace a process: there we wait, and leave Ctrl-C to the child."""
    os.chdir(ROOT)
    if os.name != "nt":
        os.execve(PYTHON, [PYTHON, "-m", *arguments], environment())  # noqa: S606
    for name in {"SIGINT", "SIGBREAK"} & set(dir(signal)):
        signal.signal(getattr(signal, name), lambda *_: None)
    return subprocess.call([PYTHON, "-m", *arguments], env=environment())


def check(names: list[str]) -> int:
    """Run every check, or those named; a line each, and under it all that a failed one said."""
    os.chdir(ROOT)
    failed = 0
    for name in names or CHECKS:
        started = time.monotonic()
        status, output = watch([PYTHON, "-m", *CHECKS[name].split()], len)
        seconds = f"{time.monotonic() - started:.1f}"
        say("check_failed" if status else "check_passed", step=words(f"check_{name}"), seconds=seconds)
        print(output if status else "", end="", flush=True)
        failed += status != 0
    return min(failed, 1)


def reset(sure: bool) -> int:
    """Remove var/demo*, after asking whoever sits at the terminal; not under a demo that runs."""
    found = sorted((ROOT / "var").glob("demo*"))
    if found and not grab(os.open(ROOT / "var/running.lock", os.O_RDWR | os.O_CREAT)):
        sys.exit(words("reset_running"))
    if found and sys.stdin.isatty() and not sure:
        say("reset_ask", word=words("reset_word"), names=", ".join(path.name for path in found))
        if sys.stdin.readline().strip() != words("reset_word"):
            sys.exit(words("reset_kept"))
    for path in found:
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        say("reset_removed", name=path.relative_to(ROOT))
    say("reset_done" if found else "reset_nothing")
    return 0


def run(verb: str, arguments: list[str]) -> int:
    if verb in HAND_OVER:
        lock, command = HAND_OVER[verb]
        set_up(lock)
        return hand_over(*command.split(), *arguments)
    if verb == "check" and set(arguments) <= set(CHECKS):
        set_up("tests")
        return check(arguments)
    if verb == "setup" and arguments in ([], ["--tests"]):
        say("setup_done" if set_up("tests" if arguments else "runtime") else "setup_nothing", python=PYTHON)
        return 0
    if verb == "reset" and arguments in ([], ["--yes"]):
        return reset(bool(arguments))
    say("help")
    return 0 if verb in {"help", "-h", "--help"} else 2


def main(arguments: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console that knows no Chinese
    named = arguments and (not arguments[0].startswith("-") or arguments[0] in {"-h", "--help"})
    try:
        return run(arguments[0], arguments[1:]) if named else run("demo", arguments)
    except KeyboardInterrupt:
        say("interrupted")
        return 130
    except OSError as problem:
        print(words("system_said", problem=problem), file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
