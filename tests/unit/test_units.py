"""The installation as a service: units that systemd takes, a part that is started once, settings that agree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from datawerkplaats.base.build_lock import hold_across_exec, is_held
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings, get_settings
from datawerkplaats.cli.main import app
from datawerkplaats.operations.consistent import contradictions
from datawerkplaats.operations.units import Place, parts, texts, write
from orchestration import serve
from tests.browser import until

pytestmark = pytest.mark.busy


def test_units__systemd_takes_each_of_them(settings: Settings, tmp_path: Path) -> None:
    odd = settings.model_copy(update={"data_dir": tmp_path / "data of 100%"})
    written = write(odd, tmp_path / "units", Place())
    assert {path.name for path in written} == {f"datawerkplaats-{name}.service" for name in parts(odd)} | {
        "datawerkplaats-backup.service", "datawerkplaats-backup.timer", "datawerkplaats.target",
    }  # fmt: skip
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd-analyze is not installed")
    told = subprocess.run([verify, "verify", *map(str, written)], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")


def test_units__every_one_may_write_in_its_own_places_only(settings: Settings) -> None:
    for name, text in texts(settings, Place()).items():
        if name.endswith(".service"):
            lines = text.splitlines()
            assert {
                "ProtectSystem=strict",
                "NoNewPrivileges=true",
                "CapabilityBoundingSet=",
                "UMask=0077",
            } <= set(lines)
            assert "User=datawerkplaats" in lines and "User=root" not in lines
            writable = next(line for line in lines if line.startswith("ReadWritePaths="))
            assert str(settings.data_dir) in writable and str(PROJECT_ROOT) not in writable.replace(
                str(settings.data_dir), ""
            ).replace(str(settings.keys_dir), "")
    dashboard = texts(settings, Place())["datawerkplaats-dashboard.service"]
    assert "IPAddressDeny=any" in dashboard
    asks_a_provider = settings.model_copy(update={"sign_in_file": Path("/x")})
    assert "IPAddressDeny" not in texts(asks_a_provider, Place())["datawerkplaats-dashboard.service"]


def test_part__is_started_once_and_its_place_ends_with_it(settings: Settings) -> None:
    lock, code = ".dashboard.lock", (
        "import os, sys; from pathlib import Path; from datawerkplaats.base.build_lock import hold_across_exec;"
        " hold_across_exec(Path(sys.argv[1]), '.dashboard.lock', 'dashboard'); os.execvp('sleep', ['sleep', '60'])"
    )  # fmt: skip
    with subprocess.Popen([sys.executable, "-c", code, str(settings.data_dir)], cwd=PROJECT_ROOT) as running:
        try:
            until(
                lambda: Path(f"/proc/{running.pid}/comm").read_text().strip() == "sleep", "it never went on"
            )
            assert is_held(settings.data_dir, lock)
            with pytest.raises(DataProblem) as caught:
                hold_across_exec(settings.data_dir, lock, "dashboard")
            assert caught.value.code == "runs_already"
            assert f"process {running.pid} since" in caught.value.sentence("en")
            result = CliRunner().invoke(app, ["service", "run", "dashboard"])
            assert result.exit_code == 21 and "another one, process" in result.stderr
        finally:
            running.kill()
    assert not is_held(settings.data_dir, lock)


def test_workers__have_a_place_and_a_port_of_their_own(settings: Settings) -> None:
    three = settings.model_copy(update={"app_workers": 3})
    workers = {name: part for name, part in parts(three).items() if part.module[0] == "apps.dashboard"}
    assert list(workers) == ["dashboard", "dashboard-2", "dashboard-3"]
    assert [part.module[-1] for part in workers.values()] == ["8501", "8502", "8503"]
    assert len({part.lock for part in parts(three).values()}) == len(parts(three))
    watched = next(
        line
        for line in texts(three, Place())["datawerkplaats-watch.service"].splitlines()
        if "WATCH_SERVICES" in line
    )
    assert all(part.health in watched for part in workers.values())


def test_parts__name_modules_that_exist(settings: Settings) -> None:
    for part in parts(settings).values():
        if not part.module[0].startswith("dagster"):
            module = PROJECT_ROOT / part.module[0].replace(".", "/")
            assert module.with_suffix(".py").exists() or (module / "__main__.py").exists(), part


MAIL = {
    "notice_mail_to": "a@example.org",
    "notice_mail_from": "b@example.org",
    "notice_smtp": "smtp://mail.example.org",
}


def test_part__of_a_name_that_is_none_is_a_sentence_with_the_names_there_are(settings: Settings) -> None:
    told = CliRunner().invoke(app, ["service", "run", "dashbord"])
    assert (
        told.exit_code == 21
        and "no such part" in told.stderr
        and "one of dashboard, dashboard-2" in told.stderr
    )


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"source": "files"}, "DWP_FILES"),
        ({"statline_url": "http://127.0.0.1:1"}, "DWP_STATLINE_URL"),
        ({"roles_file": Path("/roles.yml")}, "DWP_SIGN_IN_FILE"),
        ({"sign_in_file": Path("/sign_in.toml")}, "DWP_ROLES_FILE"),
        ({"dagster_changes": True, "hosts": "werkplaats.example"}, "DWP_DAGSTER_CHANGES"),
        ({"keys_dir": "data/keys"}, "DWP_KEYS_DIR"),
        ({"backups": "data/backups"}, "DWP_BACKUPS"),
        ({"notice_mail_to": "a@example.org"}, "DWP_NOTICE_SMTP"),
        ({**MAIL, "notice_smtp": "mail.example.org"}, "DWP_NOTICE_SMTP"),
        ({**MAIL, "notice_smtp": "smtp://user@mail.example.org"}, "PASSWORD_FILE"),
        ({**MAIL, "notice_smtp": "smtp://user:secret@mail.example.org"}, "a password in a file of its own"),
        ({"notice_webhook": "http://elsewhere.example/hook"}, "DWP_NOTICE_WEBHOOK"),
        ({"watch_services": "http://elsewhere.example/health"}, "DWP_WATCH_SERVICES"),
    ],
)  # fmt: skip
def test_settings__that_contradict_are_a_sentence_and_nothing_is_started(
    settings: Settings, tmp_path: Path, changes: dict[str, object], named: str
) -> None:
    for name in ("keys_dir", "backups"):
        if name in changes:
            place = tmp_path / str(changes[name])
            changes = {**changes, name: place if name == "keys_dir" else str(place)}
    wrong = settings.model_copy(update=changes)
    assert contradictions(settings) == []
    found = contradictions(wrong)
    assert len(found) == 1 and named in found[0].sentence("nl"), found
    assert "secret" not in found[0].sentence("en")
    with pytest.raises(DataProblem) as caught:
        write(wrong, tmp_path / "units", Place())
    assert caught.value.code == "settings_contradict" and not (tmp_path / "units").exists()


def test_service__of_one_command_is_not_started_with_them_either(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DWP_ROLES_FILE", "/roles.yml")
    monkeypatch.setattr(sys, "argv", ["serve", "--check"])
    get_settings.cache_clear()
    with pytest.raises(SystemExit, match="DWP_SIGN_IN_FILE: these settings contradict each other"):
        serve.main()


def test_settings__a_password_that_others_can_read(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("secret")
    told = {**MAIL, "notice_smtp": "smtp://user@mail.example.org", "notice_smtp_password_file": file}
    file.chmod(0o644)
    assert [
        "chmod 600" in one.sentence("en") for one in contradictions(settings.model_copy(update=told))
    ] == [True]
    file.chmod(0o600)
    assert contradictions(settings.model_copy(update=told)) == []


def test_dwp_service__check_and_units(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = CliRunner()
    assert runner.invoke(app, ["service", "check"]).output == "The settings agree.\n"
    result = runner.invoke(app, ["service", "units", "--out", str(tmp_path / "units")])
    assert result.exit_code == 0 and "systemctl enable --now datawerkplaats.target" in result.output
    (tmp_path / "file").write_text("")
    refused = runner.invoke(app, ["service", "units", "--out", str(tmp_path / "file")])
    assert refused.exit_code == 21 and os.linesep not in refused.stderr.strip()
