"""run.py, in a small copy of the project: a venv and a pip of our own making stand in, so nothing is downloaded."""

from __future__ import annotations

import ast
import fcntl
import importlib.util
import json
import os
import pty
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
SCRIPT = REPOSITORY / "run.py"
COPY: dict[str, str] = tomllib.loads((REPOSITORY / "content/copy/setup.toml").read_text("utf-8"))["setup"]
HAN = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")

FAKE_VENV = """
import os, sys
from pathlib import Path
root, target = Path.cwd(), Path(sys.argv[1])
if os.environ.get("FAKE") == "no ensurepip":
    sys.exit("ensurepip is not available")
home = Path(sys.executable).resolve()
site = target / "lib" / f"python3.{sys.version_info[1]}" / "site-packages" / "pip"
site.mkdir(parents=True)
(target / "bin").mkdir()
(target / "bin/python").symlink_to(home)
(target / "pyvenv.cfg").write_text(f"home = {home.parent}\\n")
(site / "__init__.py").touch()
(site / "__main__.py").write_text(Path(os.environ["FAKE_PIP"]).read_text("utf-8"), "utf-8")
with open(os.environ["LOG"], "a") as log:
    log.write("venv\\n")
"""
FAKE_PIP = """
import os, signal, sys
with open(os.environ["LOG"], "a") as log:
    log.write("pip " + os.path.basename(sys.argv[-1]) + "\\n")
print("Collecting alpha==1.0 (from -r x.txt (line 1))", flush=True)
if os.environ.get("FAKE") == "offline":
    sys.exit("ERROR: https://me:secret@mirror.example/simple HTTPSConnectionPool(host='mirror.example'): timed out")
print("Installing collected packages: alpha", flush=True)
if os.environ.get("FAKE") == "power cut":
    os.killpg(0, signal.SIGKILL)
"""
FAKE_BOT = """
import json, os, sys
print(json.dumps({"arguments": sys.argv[1:], "folder": os.getcwd(), "utf8": sys.flags.utf8_mode}))
"""


class Sandbox:
    """A copy of the project with two little locks, in a folder whose name holds a blank and Chinese characters."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "\u652f\u90e8 \u751f\u6d3b"
        self.log = folder / "log"
        self.write("run.py", SCRIPT.read_text("utf-8"))
        self.write("content/copy/setup.toml", (REPOSITORY / "content/copy/setup.toml").read_text("utf-8"))
        self.write("requirements/runtime.txt", "alpha==1.0 \\\n    --hash=sha256:00\n")
        self.write(
            "requirements/tests.txt", "alpha==1.0 \\\n    --hash=sha256:00\nbeta==2.0 \\\n    --hash=sha256:11\n"
        )
        self.write("bot/__main__.py", FAKE_BOT)
        self.write("../fakes/venv/__main__.py", FAKE_VENV)
        self.write("../fakes/venv/__init__.py", "")
        self.write("../pip.py", FAKE_PIP)

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def start(self, *arguments: str, fake: str = "", **options: Any) -> subprocess.Popen[str]:
        folder = self.root.parent
        env = os.environ | {"PYTHONPATH": str(folder / "fakes"), "LOG": str(self.log)}
        env |= {"FAKE_PIP": str(folder / "pip.py"), "FAKE": fake}
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        command = [sys.executable, str(self.root / "run.py"), *arguments]
        return subprocess.Popen(command, env=env, cwd=folder, encoding="utf-8", **options)

    def run(self, *arguments: str, fake: str = "", **options: Any) -> tuple[int, str, str]:
        process = self.start(*arguments, fake=fake, **options)
        out, err = process.communicate(timeout=30)
        return process.returncode, out, err

    def done(self) -> list[str]:
        """What was made and installed since the last look."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return lines


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    return Sandbox(tmp_path)


@pytest.fixture(scope="module")
def run() -> ModuleType:
    spec = importlib.util.spec_from_file_location("run", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_first_start_installs_and_the_second_only_starts(sandbox: Sandbox) -> None:
    status, out, err = sandbox.run("--port", "8123")
    assert (status, err) == (0, "")
    assert sandbox.done() == ["venv", "pip runtime.txt"]
    status, out, err = sandbox.run("--port", "8123")
    assert (status, err, sandbox.done()) == (0, "", [])
    assert json.loads(out) == {"arguments": ["demo", "--port", "8123"], "folder": str(sandbox.root), "utf8": 1}


def test_a_lock_that_holds_another_need_not_be_installed_twice(sandbox: Sandbox) -> None:
    sandbox.run("setup", "--tests")
    assert sandbox.done() == ["venv", "pip tests.txt"]
    assert sandbox.run("setup")[0] == 0
    assert sandbox.done() == []


def test_a_changed_lock_is_installed_into_the_same_environment(sandbox: Sandbox) -> None:
    sandbox.run("setup")
    sandbox.done()
    sandbox.write("requirements/runtime.txt", "alpha==1.1 \\\n    --hash=sha256:22\n")
    assert sandbox.run("setup")[0] == 0
    assert sandbox.done() == ["pip runtime.txt"]


def test_an_environment_killed_half_made_is_made_anew(sandbox: Sandbox) -> None:
    sandbox.run("setup", fake="power cut", start_new_session=True)
    assert sandbox.done() == ["venv", "pip runtime.txt"]
    status, out, _ = sandbox.run("setup")
    assert status == 0
    assert COPY["remaking"] in out
    assert sandbox.done() == ["venv", "pip runtime.txt"]


def test_an_environment_whose_python_is_gone_is_made_anew(sandbox: Sandbox) -> None:
    sandbox.run("setup")
    sandbox.done()
    link = sandbox.root / ".venv/bin/python"
    link.unlink()
    link.symlink_to("/nowhere/python3")
    assert sandbox.run("setup")[0] == 0
    assert sandbox.done() == ["venv", "pip runtime.txt"]


def test_a_download_that_fails_says_what_to_try_and_leaves_what_was_there(sandbox: Sandbox) -> None:
    sandbox.run("setup")
    before = (sandbox.root / "requirements/runtime.txt").read_text()
    sandbox.write("requirements/runtime.txt", "alpha==1.1 \\\n    --hash=sha256:22\n")
    status, _, err = sandbox.run("setup", fake="offline")
    assert status == 1
    assert "timed out" in err
    assert "PIP_INDEX_URL" in err
    assert "PIP_FIND_LINKS" in err
    assert "secret" not in err
    assert "mirror.example" not in err
    sandbox.write("requirements/runtime.txt", before)
    sandbox.done()
    assert sandbox.run("setup")[0] == 0
    assert sandbox.done() == []


def test_two_starts_at_once_install_once(sandbox: Sandbox) -> None:
    (sandbox.root / "var").mkdir()
    with (sandbox.root / "var/setup.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        both = [sandbox.start("setup"), sandbox.start("setup")]
        waiting = [process.stdout.readline().strip() for process in both if process.stdout]
    assert waiting == [COPY["waiting"]] * 2
    for process in both:
        process.communicate(timeout=30)
        assert process.returncode == 0
    assert sandbox.done() == ["venv", "pip runtime.txt"]


def test_a_missing_venv_module_is_named_with_the_command_that_mends_it(sandbox: Sandbox) -> None:
    status, _, err = sandbox.run("setup", fake="no ensurepip")
    assert status == 1
    assert f"apt install -y python3.{sys.version_info[1]}-venv" in err
    assert "Traceback" not in err
    assert sandbox.run("setup")[0] == 0


def test_check_runs_every_step_and_fails_if_one_did(sandbox: Sandbox) -> None:
    for name in ("ruff", "pytest"):
        sandbox.write(f"{name}.py", "")
    sandbox.write("mypy.py", "import sys; sys.exit('this is no int')")
    status, out, _ = sandbox.run("check")
    assert status == 1
    assert [line.split("\u3000")[0] for line in out.splitlines() if "\u3000" in line] == [
        COPY[key].split("\u3000")[0]
        for key in ("check_passed", "check_passed", "check_failed", "check_passed", "check_passed")
    ]
    assert "this is no int" in out
    status, out, _ = sandbox.run("check", "lint")
    assert status == 0
    assert COPY["check_lint"] in out
    assert COPY["check_types"] not in out


def test_reset_removes_the_sample_mine_and_nothing_else(sandbox: Sandbox) -> None:
    for name in ("var/demo.db", "var/demo.db-wal", "var/demo-pictures/1.png", "var/bot.db", "demo.db", "config.toml"):
        sandbox.write(name, "")
    status, out, _ = sandbox.run("reset", "--yes")
    assert status == 0
    assert all(name in out for name in ("demo.db", "demo.db-wal", "demo-pictures"))
    assert sorted(path.name for path in (sandbox.root / "var").iterdir()) == ["bot.db", "running.lock"]
    assert (sandbox.root / "demo.db").exists()
    assert (sandbox.root / "config.toml").exists()
    assert COPY["reset_nothing"] in sandbox.run("reset", "--yes")[1]


def test_reset_does_not_pull_the_files_from_under_a_demo_that_runs(sandbox: Sandbox) -> None:
    data = sandbox.write("var/demo.db", "")
    with sandbox.write("var/running.lock", "").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        status, _, err = sandbox.run("reset", "--yes")
        assert (status, COPY["reset_running"] in err) == (1, True)
    assert data.exists()
    assert sandbox.run("reset", "--yes")[0] == 0
    assert not data.exists()


@pytest.mark.parametrize(("answer", "kept"), [("no", True), (COPY["reset_word"], False)])
def test_reset_asks_whoever_sits_at_a_terminal(sandbox: Sandbox, answer: str, kept: bool) -> None:
    data = sandbox.write("var/demo.db", "")
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    sandbox.run("reset", stdin=theirs)
    os.close(ours)
    os.close(theirs)
    assert data.exists() is kept


@pytest.mark.parametrize(("arguments", "status"), [(["-h"], 0), (["setup", "-x"], 2)])
def test_help_names_every_verb(sandbox: Sandbox, arguments: list[str], status: int) -> None:
    got, out, _ = sandbox.run(*arguments)
    assert got == status
    assert all(f"run.py {verb} " in out for verb in ("[--port", "setup", "test", "check", "bench", "reset"))
    assert sandbox.done() == []


@pytest.mark.parametrize(
    ("here", "mend"),
    [
        ({"python3.12", "python3.11", "apt"}, "python3.12 run.py test"),
        ({"apt"}, "apt install -y python3.11 python3.11-venv && python3.11 run.py test"),
        ({"brew"}, "brew install python@3.13 && python3.13 run.py test"),
        (set(), "install one, then python3 run.py test"),
    ],
)
def test_an_old_python_is_told_the_command_that_mends_it(run: ModuleType, here: set[str], mend: str) -> None:
    line = run.old_python("3.8", "test", here.__contains__)
    assert line.startswith("This is Python 3.8; branch-life needs 3.11 or newer.")
    assert line.endswith(mend)
    assert line.isascii()


def test_an_old_python_gets_as_far_as_that_line() -> None:
    tree = ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 6))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    at_the_top = {name.name for node in tree.body if isinstance(node, ast.Import) for name in node.names}
    assert imported - at_the_top == {"tomllib", "msvcrt", "fcntl"}


def test_pip_is_followed_package_by_package(run: ModuleType) -> None:
    progress = run.Progress(3, terminal=False)
    progress.hear("Ignoring colorama: markers 'sys_platform == \"win32\"' don't match your environment")
    progress.hear("Collecting Flask_Thing==1.0 (from -r runtime.txt (line 3))")
    progress.hear("Requirement already satisfied: flask-thing==1.0 in ./site-packages")
    progress.hear("  Downloading https://mirror.example/a/flask_thing-1.0-py3-none-any.whl (1.2 MB)")
    assert (progress.key, progress.seen) == ("downloading", {"colorama", "flask-thing"})
    assert progress.doing == "flask_thing (1.2 MB)"
    progress.hear("WARNING: Retrying (Retry(total=4, connect=None)) after connection broken")
    assert progress.key == "retrying"
    progress.hear("Installing collected packages: colorama, flask-thing")
    assert progress.key == "unpacking"


def keys_said() -> set[str]:
    """The copy keys that stand in a call of say or words, on either side of an `if`."""
    tree = ast.parse(SCRIPT.read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    said = [call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id in {"say", "words"}]
    either = [side for key in said for side in ([key.body, key.orelse] if isinstance(key, ast.IfExp) else [key])]
    return {str(key.value) for key in either if isinstance(key, ast.Constant)}


def test_every_sentence_is_used_and_every_one_used_is_there(run: ModuleType) -> None:
    steps = {f"check_{name}" for name in run.CHECKS}
    followed = {"downloading", "retrying", "unpacking"}  # Progress.key
    assert keys_said() | steps | followed == set(COPY)


def test_run_py_holds_no_chinese_and_stays_one_thing() -> None:
    text = SCRIPT.read_text("utf-8")
    assert not HAN.search(text)
    assert len(text.splitlines()) < 300


@pytest.mark.parametrize("name", ["runtime", "tests", "bench"])
def test_a_lock_names_no_address_and_a_hash_for_every_package(run: ModuleType, name: str) -> None:
    text = (REPOSITORY / f"requirements/{name}.txt").read_text("utf-8")
    assert "://" not in text
    assert "@ " not in text
    entries = [line for line in text.replace("\\\n", " ").splitlines() if line and not line.lstrip().startswith("#")]
    assert entries
    assert [entry for entry in entries if not re.match(r"[\w.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", entry)] == []
    assert run.pins((REPOSITORY / "requirements/runtime.txt").read_text("utf-8")).items() <= run.pins(text).items()


def test_ci_ends_with_the_checks_and_the_tests() -> None:
    script = REPOSITORY / ".ci/run"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", str(script)], check=True)
    commands = [line for line in script.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert [line for line in commands if line.startswith("python3 run.py")] == ["python3 run.py check", commands[-1]]
    assert commands[-1] == "python3 run.py test"
    assert "content check --laws ../shared/law" in commands[-2]


def test_make_alone_prints_its_targets() -> None:
    targets = re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert {"help", "run", "test", "check", "bench", "setup"} <= set(targets)
    if not shutil.which("make"):
        pytest.skip("make is not here: apt install make")
    out = subprocess.run(["make", "-C", str(REPOSITORY)], capture_output=True, text=True, check=True).stdout
    assert all(f"make {name} " in out for name in targets if name != "help")
