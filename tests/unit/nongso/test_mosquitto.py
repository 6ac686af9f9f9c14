"""The broker's files: written whole, and only when something changed."""

from pathlib import Path

from nongso.mosquitto import password_hash, write_files

SERVER = ("nongso", "house")


def test_unchanged_register_changes_no_file(tmp_path: Path) -> None:
    entries = [("TN-01", password_hash("sesame"))]

    first = write_files(tmp_path, entries, SERVER)
    again = write_files(tmp_path, entries, SERVER)

    assert (True, False) == (first, again)


def test_revoked_device_is_no_longer_in_the_file(tmp_path: Path) -> None:
    write_files(tmp_path, [("TN-01", "$7$a"), ("TN-02", "$7$b")], None)

    write_files(tmp_path, [("TN-02", "$7$b")], None)

    assert "TN-02:$7$b\n" == (tmp_path / "passwd").read_text()
    assert ["acl", "passwd"] == sorted(file.name for file in tmp_path.iterdir())
