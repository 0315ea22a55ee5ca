"""The folder of a study on disk: it appears whole or not at all, and replacing one loses nothing.

``new_folder`` makes a draft at once, so that a place that cannot be written is told before anything is computed. The
draft lies hidden beside the folder and takes its name by one rename; what was there steps aside and is removed when
the new one stands. Other files of the folder move along (as links to the same content). What a killed run left is
cleared by the next run, and a folder that had only stepped aside gets its name back.

Where the folder cannot be exchanged (a mount point, the working folder, a parent that may not be written), the draft
lies inside it and its files move out one by one, the sums last: without them no one takes it for a study.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from sepadan.ground.problems import refuse
from sepadan.ground.system_words import system_words
from sepadan.study.documents.study_files import SUMS, listed

_OLD = "old files"
Write = Callable[[Mapping[str, bytes]], None]


def check_folder(folder: Path, *, force: bool) -> None:
    """Raises Refused unless *folder* may be written: absent, empty, or *force*."""
    with _told(folder):
        if folder.exists() and not folder.is_dir():
            raise refuse("study.out.not_folder", where=str(folder), remedy="study.out.not_folder.remedy")
        if folder.is_dir() and not force and any(not _is_draft(one.name) for one in folder.iterdir()):
            raise refuse("study.out.not_empty", where=str(folder), remedy="study.out.not_empty.remedy")


@contextmanager
def new_folder(folder: Path, *, force: bool = False) -> Iterator[Write]:
    """Gives the function that writes all files; without it being called, nothing is left of the draft.

    Raises Refused where *folder* is not empty (without *force*) or cannot be written.
    """
    check_folder(folder, force=force)
    target = Path(os.path.realpath(folder))
    begun = [one for one in target.parents if not one.exists()]
    drafts: list[Path] = []

    def write(files: Mapping[str, bytes]) -> None:
        with _told(folder):
            _publish(files, drafts[0], target)

    try:
        with _told(folder):
            _clear(target)
            _draft(target, drafts)
        yield write
    finally:
        for draft in drafts:
            shutil.rmtree(draft, ignore_errors=True)
        with suppress(OSError):  # folders above it that hold nothing were made here
            for one in begun:
                one.rmdir()


def write_folder(files: Mapping[str, bytes], folder: Path, *, force: bool = False) -> None:
    """Write all *files* into *folder*. With *force* the files that an earlier study left there (by its sums) give way;
    others are left alone."""
    with new_folder(folder, force=force) as write:
        write(files)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """What the system refuses, as a refusal that names the folder."""
    try:
        yield
    except OSError as error:
        raise refuse("study.out.unwritable", where=str(folder), remedy="study.out.unwritable.remedy",
                     reason=system_words(error)) from error


def _draft(target: Path, made: list[Path]) -> None:
    """Add to *made* a new empty folder for the files, beside *target* or, where that cannot be, in it."""
    own = f".sepadan-{os.getpid()}"
    beside, within = target.parent / f".{target.name}{own}", target / own
    fixed = target.is_dir() and (os.path.ismount(target) or Path.cwd().is_relative_to(target))
    for place in (within,) if fixed else (beside, within):
        made[:] = [place]  # before it is there: whatever stops us, it is removed
        try:
            place.mkdir(parents=place == beside)
            return
        except OSError:
            if place == within or not target.is_dir():
                raise


def _is_draft(name: str) -> bool:
    return re.fullmatch(r"\.sepadan-\d+", name) is not None


def _clear(target: Path) -> None:
    """Remove what killed runs left; what had made way for a successor that never came goes back to its place."""
    found = [*target.parent.glob(f".{_literal(target.name)}.sepadan-*"), *target.glob(".sepadan-*")]
    for path in sorted(found, reverse=True):
        match = re.search(r"\.sepadan-(\d+)(\.old)?$", path.name)
        if match is None or _runs(int(match.group(1))):
            continue
        if match.group(2) and not target.exists():
            path.rename(target)
            continue
        _give_back(path / _OLD, target)
        shutil.rmtree(path, ignore_errors=True)


def _literal(name: str) -> str:
    """*name* with what a pattern would read otherwise in brackets."""
    return re.sub(r"([*?[])", r"[\1]", name)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _publish(files: Mapping[str, bytes], draft: Path, target: Path) -> None:
    for name, content in files.items():
        (draft / name).write_bytes(content)
    if draft.parent == target:
        _move_out(files, draft, target)
    elif target.is_dir():
        _exchange(files, draft, target)
    else:
        draft.rename(target)


def _exchange(files: Mapping[str, bytes], draft: Path, target: Path) -> None:
    """The draft takes the place of *target*, with what else lies there."""
    gone = {*listed(target), *files}
    for one in target.iterdir():
        if one.name in gone:
            continue
        if one.is_dir() and not one.is_symlink():
            shutil.copytree(one, draft / one.name, symlinks=True, copy_function=_link)
        else:
            _link(str(one), str(draft / one.name))
    shutil.copystat(target, draft)
    aside = draft.with_name(draft.name + ".old")
    target.rename(aside)
    try:
        draft.rename(target)
    finally:
        if not target.exists():
            aside.rename(target)
    shutil.rmtree(aside, ignore_errors=True)


def _link(source: str, to: str) -> None:
    """The same content under another name; a copy where the device has no links."""
    try:
        os.link(source, to, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, to, follow_symlinks=False)


def _move_out(files: Mapping[str, bytes], draft: Path, target: Path) -> None:
    """The files of the draft move into *target* around it, the sums last; a failure gives back what was there."""
    old = draft / _OLD
    old.mkdir()
    moved: list[str] = []
    try:
        for name in sorted({*listed(target), *files}, key=lambda one: one != SUMS):
            with suppress(FileNotFoundError):
                (target / name).replace(old / name)
        for name in sorted(files, key=lambda one: one == SUMS):
            moved.append(name)
            (draft / name).replace(target / name)
    except BaseException:
        for name in moved:
            (target / name).unlink(missing_ok=True)
        _give_back(old, target)
        raise


def _give_back(old: Path, target: Path) -> None:
    """What had made way goes back where nothing has taken its place, the sums last."""
    if old.is_dir() and not (target / SUMS).exists():
        for path in sorted(old.iterdir(), key=lambda one: one.name == SUMS):
            path.replace(target / path.name)
