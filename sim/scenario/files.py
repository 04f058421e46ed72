"""Finding and opening scenario files: by name in a folder or by path, and never anything but a regular file."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from sim.scenario.problems import Place, Refused, quoted, shown
from sim.scenario.reader import MOST_BYTES
from sim.scenario.vocabulary import nearest

SETTING = "--set"  # the file of a place in settings, which are typed and may name any path
SUFFIXES = (".yaml", ".yml")
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
LONGEST_SHOWN = 100  # characters of what was taken for a name
SHIPPED = Path(__file__).resolve().parents[2] / "scenarios"
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def locate(name_or_path: str | Path) -> Path:
    """The file of a scenario: a path that ends in .yaml or .yml, or the name of a shipped scenario.

    Raises Refused when there is none, or when its file name cannot be the name of a scenario.
    """
    text = str(name_or_path)
    place = Place(text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}...")
    if text.endswith(SUFFIXES):
        path = Path(text)
        if not NAME.fullmatch(path.stem):
            better = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "my-scenario"
            message = f"a scenario is named after its file, by a-z, 0-9 and -; rename it, for example to {better[:80]}.yaml"
            raise Refused(Place(shown(path)), message)
        return path
    if not NAME.fullmatch(text):
        raise Refused(place, "this is neither the name of a scenario (a-z, 0-9 and -) nor a path that ends in .yaml")
    found = _in_folder(text, SHIPPED, place)
    if found is None:
        beside = Path(f"{text}.yaml")
        hint = f"; did you mean {shown(beside)}?" if beside.is_file() else nearest_name(text)
        raise Refused(place, f"there is no scenario of this name{hint}")
    return found


def parent(name: str, folder: Path, place: Place) -> Path:
    """The file of a scenario that another one in ``folder`` extends; ``place`` is where it says so.

    Raises Refused when the name is no bare name, or the file is missing, no regular file, or a link out of its folder.
    """
    if not NAME.fullmatch(name):
        stem = name.removesuffix(".yaml").removesuffix(".yml")
        hint = f"write {stem}" if NAME.fullmatch(stem) else "paths, links and addresses are not followed"
        raise Refused(place, f"extends {quoted(name)}: expected the bare name of a scenario (a-z, 0-9 and -); {hint}")
    for home in (folder, SHIPPED):
        found = _in_folder(name, home, place)
        if found is not None:
            return found
    raise Refused(
        place, f"extends {quoted(name)}: there is no such scenario beside this file or shipped{nearest_name(name)}"
    )


def nearest_name(name: str) -> str:
    """The end of a message on a name that is not shipped."""
    names = [path.stem for path in shipped()]
    return nearest(name, names, "peninsula list") if names else ""


def shipped(folder: Path | None = None) -> list[Path]:
    """The scenario files of a folder, by name; that of the shipped ones by default."""
    folder = folder or SHIPPED
    if not folder.is_dir():
        return []
    return sorted((path for path in folder.iterdir() if path.suffix in SUFFIXES), key=lambda path: (path.stem, path.suffix))


def data_file(name: str, suffix: str, place: Place) -> Path:
    """The data file that a scenario names at ``place``: beside the scenario; in a setting, any path.

    Raises Refused when a file names more than a bare name, or there is no regular file of this name.
    """
    path = Path(name)
    if place.file != SETTING:
        if not NAME.fullmatch(name.removesuffix(suffix)):
            expected = f"expected the bare name of a {suffix} file beside this one (a-z, 0-9 and -)"
            raise Refused(place, f"{quoted(name)}: {expected}; paths and links are not followed")
        path = Path(place.file).parent / name
        if path.is_symlink():
            raise Refused(place, f"{quoted(name)} is a link; expected a file")
    try:
        _check_regular(path.stat().st_mode, place)
    except (OSError, ValueError):
        raise Refused(place, f"{quoted(name)}: there is no such file, or it cannot be read") from None
    return path


def read_bytes(path: Path, place: Place, expected: str = "a scenario file") -> bytes:
    """The content of a regular file, up to one byte more than a scenario may have; Refused at ``place`` otherwise.

    ``expected``: what the file should be, for messages.
    """
    try:
        _check_regular(path.stat().st_mode, place, expected)  # before opening: to open a device can have effects
        with os.fdopen(os.open(path, _OPEN_FLAGS), "rb") as file:
            _check_regular(os.fstat(file.fileno()).st_mode, place, expected)
            return file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise Refused(place, f"there is no such file; expected the path of {expected}") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the path
        reason = (error.strerror or "input error").lower() if isinstance(error, OSError) else "not a path"
        raise Refused(place, f"the file cannot be read: {reason}") from None


def _check_regular(mode: int, place: Place, expected: str = "a data file") -> None:
    if stat.S_ISDIR(mode):
        raise Refused(place, f"this is a directory; expected {expected}")
    if not stat.S_ISREG(mode):
        raise Refused(place, f"this is a device, a pipe or a socket; expected {expected}")


def _in_folder(name: str, folder: Path, place: Place) -> Path | None:
    for suffix in SUFFIXES:
        path = folder / f"{name}{suffix}"
        if not os.path.lexists(path):
            continue
        if Path(os.path.realpath(path)).parent != Path(os.path.realpath(folder)):
            raise Refused(place, f"{quoted(name)} is a link that leads out of its folder; expected a file in it")
        return path
    return None
