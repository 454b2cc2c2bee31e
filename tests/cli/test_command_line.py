"""The command line as an operator meets it: an exit status, one line of reason, never a traceback."""

from __future__ import annotations

import json
import logging
import os
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import main
from tests.cast import AES_KEY

ACCOUNT = {
    "BOT__WECHAT__TOKEN": "testtoken",
    "BOT__WECHAT__APP_ID": "wx1234567890abcdef",
    "BOT__WECHAT__APP_SECRET": "a-secret-nobody-may-see",
    "BOT__WECHAT__ENCODING_AES_KEY": AES_KEY,
    "BOT__WECHAT__API_BASE_URL": "http://127.0.0.1:9",
}


@dataclass(frozen=True)
class Run:
    """How a verb ended and what it printed."""

    returncode: int
    stdout: str
    stderr: str


Bot = Callable[..., Run]


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Bot:
    """Runs a verb in a folder, with nothing but the given environment of ours, as __main__ would."""

    def run(*words: str, cwd: Path, **environ: str) -> Run:
        with monkeypatch.context() as patched:
            for name in [name for name in os.environ if name.startswith("BOT_")]:
                patched.delenv(name)
            for name, value in environ.items():
                patched.setenv(name, value)
            patched.chdir(cwd)
            patched.setattr(sys, "argv", ["bot", *words])
            pipes = list(logging.getLogger().handlers)
            try:
                with pytest.raises(SystemExit) as ended:
                    main()
            finally:
                logging.getLogger().handlers[:] = pipes  # the verb's own writes to this test's standard error
        printed = capsys.readouterr()
        return Run(int(ended.value.code or 0), printed.out, printed.err)

    return run


def refused(run: Run) -> str:
    """The one line of reason."""
    assert run.returncode == 1, run.stderr
    assert "Traceback" not in run.stderr
    lines = run.stderr.strip().splitlines()
    assert len(lines) == 1, run.stderr
    return lines[0]


def test_a_key_nobody_knows_is_refused_with_the_one_that_was_meant(bot: Bot, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[wechat]\nappid = "wx1"\n', "utf-8")
    reason = refused(bot("db", "upgrade", cwd=tmp_path))
    assert "appid" in reason
    assert "app_id" in reason


def test_a_section_nobody_knows_is_refused(bot: Bot, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[wechta]\n", "utf-8")
    assert "wechat" in refused(bot("db", "upgrade", cwd=tmp_path))


def test_an_environment_key_nobody_knows_is_refused(bot: Bot, tmp_path: Path) -> None:
    assert "BOT__WECHAT__" in refused(bot("db", "upgrade", cwd=tmp_path, BOT__WECHTA__TOKEN="x"))
    assert "app_secret" in refused(bot("db", "upgrade", cwd=tmp_path, BOT__WECHAT__APPSECRET="x"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT__SERVER__PORT", "many"),
        ("BOT__SERVER__PORT", "70000"),
        ("BOT__WECHAT__ENCRYPTION", "aes"),
        ("BOT__WECHAT__ENCODING_AES_KEY", "short-and-secret"),
        ("BOT__WECHAT__ENCODING_AES_KEY", AES_KEY + "H"),
        ("BOT__MINE__TIMEZONE", "Asia/Nowhere"),
        ("BOT__DATABASE__DURABLE", "perhaps"),
        ("BOT__WECHAT", "not a table"),
    ],
)
def test_a_value_out_of_shape_is_refused_and_not_repeated(bot: Bot, tmp_path: Path, name: str, value: str) -> None:
    reason = refused(bot("db", "upgrade", cwd=tmp_path, **{name: value}))
    assert value not in reason or len(value) < 12


def test_a_file_that_is_missing_or_not_toml_is_refused(bot: Bot, tmp_path: Path) -> None:
    assert "nowhere.toml" in refused(bot("--config", "nowhere.toml", "db", "upgrade", cwd=tmp_path))
    (tmp_path / "config.toml").write_text("[wechat\n", "utf-8")
    assert "config.toml" in refused(bot("db", "upgrade", cwd=tmp_path))


def test_the_file_is_named_by_option_by_environment_or_by_its_place(bot: Bot, tmp_path: Path) -> None:
    for name in ("here", "there", "config"):
        (tmp_path / f"{name}.toml").write_text(f'[database]\nurl = "sqlite:///{name}.db"\n', "utf-8")
    assert bot("--config", "here.toml", "db", "upgrade", cwd=tmp_path, BOT_CONFIG="there.toml").returncode == 0
    assert [path.name for path in tmp_path.glob("*.db")] == ["here.db"]
    assert bot("db", "upgrade", cwd=tmp_path, BOT_CONFIG="there.toml").returncode == 0
    assert bot("db", "upgrade", cwd=tmp_path).returncode == 0
    assert sorted(path.name for path in tmp_path.glob("*.db")) == ["config.db", "here.db", "there.db"]


def test_the_environment_is_laid_over_the_file(bot: Bot, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[database]\nurl = "sqlite:///file.db"\n', "utf-8")
    assert bot("db", "upgrade", cwd=tmp_path, BOT__DATABASE__URL="sqlite:///environment.db").returncode == 0
    assert (tmp_path / "environment.db").exists()
    assert not (tmp_path / "file.db").exists()


def test_a_wrong_verb_is_wrong_usage(bot: Bot, tmp_path: Path) -> None:
    assert bot("sreve", cwd=tmp_path).returncode == 2
    assert bot("serve", "--port", "many", cwd=tmp_path).returncode == 2


def test_the_database_is_checked(bot: Bot, tmp_path: Path) -> None:
    refused(bot("db", "check", cwd=tmp_path))
    assert bot("db", "upgrade", cwd=tmp_path).returncode == 0
    assert bot("db", "check", cwd=tmp_path).returncode == 0


def test_content_is_checked_loaded_and_exported(bot: Bot, tmp_path: Path) -> None:
    assert bot("content", "check", cwd=tmp_path).returncode == 0
    assert bot("content", "load", cwd=tmp_path).returncode == 0
    assert bot("content", "export", "q.json", cwd=tmp_path).returncode == 0
    assert len(json.loads((tmp_path / "q.json").read_text("utf-8"))) >= 30
    assert bot("content", "export", "all.zip", cwd=tmp_path).returncode == 0
    assert "actions.toml" in zipfile.ZipFile(tmp_path / "all.zip").namelist()


@pytest.mark.parametrize("missing", ["TOKEN", "APP_ID", "ENCODING_AES_KEY"])
def test_serving_without_what_it_needs_is_refused(bot: Bot, tmp_path: Path, missing: str) -> None:
    environ = {name: value for name, value in ACCOUNT.items() if not name.endswith(missing)}
    assert missing.lower() in refused(bot("serve", cwd=tmp_path, **environ))


def test_the_simulator_never_stands_on_a_public_address(bot: Bot, tmp_path: Path) -> None:
    environ = {**ACCOUNT, "BOT__SIMULATOR__ENABLED": "true", "BOT__SERVER__PUBLIC_URL": "https://mine.example.com"}
    assert "public_url" in refused(bot("serve", cwd=tmp_path, **environ))


def test_a_simulator_never_speaks_to_a_bot_in_public_nor_draws_its_codes(bot: Bot, tmp_path: Path) -> None:
    """Somebody's real account in the settings, and the simulator asked to send under its name."""
    real = {**ACCOUNT, "BOT__SERVER__PUBLIC_URL": "https://mine.example.com"}
    assert "public_url" in refused(bot("simulator", "stand", cwd=tmp_path, **real))
    beside = {**ACCOUNT, "BOT__SIMULATOR__ENABLED": "true", "BOT__WECHAT__API_BASE_URL": "https://api.example.com"}
    for verb in ("serve", "schedule"):
        assert "api_base_url" in refused(bot(verb, cwd=tmp_path, **beside))


def test_the_doctor_says_what_to_do_and_shows_no_secret(bot: Bot, tmp_path: Path) -> None:
    run = bot("doctor", cwd=tmp_path, **ACCOUNT)
    assert run.returncode == 1
    assert "db upgrade" in run.stdout
    assert bot("db", "upgrade", cwd=tmp_path).returncode == 0
    run = bot("doctor", cwd=tmp_path, **ACCOUNT)
    assert run.returncode == 1  # the platform cannot be reached
    assert "127.0.0.1:9" in run.stdout
    assert "a-secret-nobody-may-see" not in run.stdout + run.stderr


def test_a_menu_that_cannot_be_pushed_says_why(bot: Bot, tmp_path: Path) -> None:
    assert "127.0.0.1:9" in refused(bot("menu", "push", cwd=tmp_path, **ACCOUNT))
