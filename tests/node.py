"""Packages of npm that only tests use: installed outside the repository, kept for the next run, spoken to in JSON."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import missing

HERE = Path(__file__).parent
INSTALL_S, RUN_S = 100, 60
INSTALL = ("npm", "install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--prefix")


class Script:
    """A Node script beside the tests, with the one package it may require.

    Starting Node costs more than what it does: give it many things to do at once. Skips the test where there is no Node.
    """

    def __init__(self, file: Path, package: str) -> None:
        for tool in ("node", "npm"):
            if shutil.which(tool) is None:
                missing(tool, "install Node.js 18 or later")
        self._file = file
        self._environment = os.environ | {"NODE_PATH": str(_installed(package)), "NODE_NO_WARNINGS": "1"}

    def __call__(self, job: Any) -> Any:
        """What the script writes when it is given the job, both JSON. Raises CalledProcessError when it fails."""
        done = subprocess.run(
            ["node", str(self._file)],
            input=json.dumps(job),
            env=self._environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=RUN_S,
        )
        return json.loads(done.stdout)


def crypto() -> Script:
    """Seals what has a `plain`, opens what has an `encrypt`, and signs both, with a package nobody here wrote."""
    return Script(HERE / "wechat" / "node" / "wire.js", "wechat-crypto@0.0.2")


def _installed(package: str) -> Path:
    """The node_modules with the package, such as "name@1.0.0"."""
    fcntl = pytest.importorskip("fcntl")  # Windows has none, and needs no second proof
    home = Path(tempfile.gettempdir()) / f"branch-life-{os.getuid()}-{package}"
    home.mkdir(exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the other worker installs it, or has
        if not (home / "done").exists():
            try:
                subprocess.run(
                    [*INSTALL, str(home), package], cwd=home, check=True, capture_output=True, timeout=INSTALL_S
                )
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
                missing(package, "let npm reach its registry, or an npm cache that has it")
            (home / "done").touch()
    return home / "node_modules"
