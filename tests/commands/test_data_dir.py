"""Where an installation keeps its data."""

import os
import stat
from pathlib import Path

import pytest

from hsl import data_dir
from hsl.refusal import Refusal


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.delenv("HSL_DATA_DIR", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_it_is_a_folder_of_the_users_own(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert data_dir.data_dir() == home / ".local/share/hsl-dashboard"
    monkeypatch.setenv("XDG_DATA_HOME", "/srv/data")
    assert data_dir.data_dir() == Path("/srv/data/hsl-dashboard")
    monkeypatch.setattr("sys.platform", "darwin")
    assert data_dir.data_dir() == home / "Library/Application Support/hsl-dashboard"


def test_the_setting_goes_first(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HSL_DATA_DIR", "~/the school")
    assert data_dir.data_dir() == home / "the school"


def test_a_new_folder_is_closed_to_others_and_an_old_one_left_as_it_is(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stat.S_IMODE(data_dir.make_data_dir().stat().st_mode) & 0o066 == 0
    old = home / "old"
    old.mkdir()
    old.chmod(0o750)
    monkeypatch.setenv("HSL_DATA_DIR", str(old))
    assert stat.S_IMODE(data_dir.make_data_dir().stat().st_mode) == 0o750


def test_a_folder_that_can_not_be_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "file").touch()
    monkeypatch.setenv("HSL_DATA_DIR", str(home / "file" / "below"))
    with pytest.raises(Refusal, match="set HSL_DATA_DIR"):
        data_dir.make_data_dir()


def test_a_secret_is_made_once_and_readable_by_its_owner_alone(home: Path) -> None:
    assert data_dir.kept_secret("key") == ""
    first = data_dir.keep_secret("key", 48)
    assert len(first) >= 64
    assert data_dir.keep_secret("key", 48) == first == data_dir.kept_secret("key")
    path = data_dir.data_dir() / "key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(data_dir.data_dir()) == ["key"]  # noqa: PTH208 - names are what matters
