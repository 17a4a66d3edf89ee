"""Loaded by every Python inside a machine through PYTHONPATH: before a program is started or a signal sent, writes down
where in the source that happens. Imports nothing that the interpreter has not loaded already, and raises nothing."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

_TRACE = "@TRACE@"
_HERE = os.path.dirname(os.path.abspath(__file__))
_LIBRARY = os.path.dirname(os.__file__) + os.sep
_PACKAGES = tuple(_LIBRARY + name + os.sep for name in ("site-packages", "dist-packages"))
_CWD = os.getcwd() if os.path.exists(".") else "/"
_FRAMES = 24
_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC


class _Process:
    """This process: its pid and start time, read again after a fork, and the number of its next record."""

    pid = 0
    start = "0"
    number = 0


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if event in _EVENTS:
        try:
            _EVENTS[event](*arguments)
        except (OSError, TypeError, ValueError):
            _incomplete()


def _popen(executable: object, args: object, cwd: object, env: object) -> None:
    _launch(executable, args)


def _exec(path: object, args: object, env: object) -> None:
    _launch(path, args)


def _posix_spawn(path: object, args: object, env: object) -> None:
    if sys._getframe(3).f_globals.get("__name__") != "subprocess":
        _launch(path, args)


def _system(command: str) -> None:
    _note("launch", [b"/bin/sh", b"-c", os.fsencode(command)], [])


def _kill(pid: int, signal: int) -> None:
    if signal:
        _note("kill", [b"kill", b"-%d" % signal, b"%d" % pid], [pid] if pid > 0 else _group(-pid or os.getpgrp()))


def _killpg(group: int, signal: int) -> None:
    if signal:
        _note("kill", [b"kill", b"-%d" % signal, b"-%d" % group], _group(group))


_EVENTS: dict[str, Callable[..., None]] = {
    "subprocess.Popen": _popen,
    "os.exec": _exec,
    "os.posix_spawn": _posix_spawn,
    "os.system": _system,
    "os.kill": _kill,
    "os.killpg": _killpg,
}


def _launch(executable: object, args: object) -> None:
    words = [args] if isinstance(args, (str, bytes, os.PathLike)) else list(args)  # type: ignore[call-overload]
    program = words[0] if executable is None else executable
    _note("launch", [os.fsencode(word) for word in [program, *words[1:]]], [])


def _group(group: int) -> list[int]:
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                if int(_stat(name)[2]) == group:
                    found.append(int(name))
            except (OSError, IndexError):
                continue  # it ended while we looked
    return found


def _stat(pid: str) -> list[bytes]:
    file = os.open("/proc/%s/stat" % pid, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(file, 4096).rpartition(b") ")[2].split()
    finally:
        os.close(file)


def _frames() -> list[str]:
    fields: list[str] = []
    frame: FrameType | None = sys._getframe(3)
    while frame is not None and len(fields) < 3 * _FRAMES:
        code = frame.f_code
        file = code.co_filename
        if file[:1] != "<" and (not file.startswith(_LIBRARY) or file.startswith(_PACKAGES)) and file != __file__:
            name = getattr(code, "co_qualname", code.co_name)
            fields += [os.path.join(_CWD, file), str(frame.f_lineno), name.replace(".<locals>", "")]
        frame = frame.f_back
    return fields


def _note(what: str, argv: list[bytes], targets: list[int]) -> None:
    if _Process.pid != os.getpid():
        _Process.start = _stat("self")[19].decode()
        _Process.pid = os.getpid()
    number = _Process.number = _Process.number + 1
    frames = _frames()
    thread = getattr(sys.modules.get("_thread"), "get_native_id", int)()
    fields: list[object] = [number, thread, what, len(frames) // 3, *frames, len(argv), *argv, len(targets), *targets]
    key = "%d.%s" % (_Process.pid, _Process.start)
    _append(key + ".hook", b"".join(_bytes(field) + b"\0" for field in fields))
    _append("order", b"hook %d %s %d\n" % (_Process.pid, _Process.start.encode(), number))


def _bytes(field: object) -> bytes:
    return field if isinstance(field, bytes) else os.fsencode(str(field))


def _append(name: str, record: bytes) -> None:
    file = os.open(_TRACE + "/" + name, _APPEND, 0o666)
    try:
        os.write(file, record)
    finally:
        os.close(file)


def _incomplete() -> None:
    try:
        _append("incomplete", b"")
    except OSError:
        return  # nowhere to write at all: the reader finds the folder gone


def _chain() -> None:
    """Another sitecustomize, which this one hides, is loaded as Python would have."""
    import _frozen_importlib
    import _frozen_importlib_external

    paths = [path for path in sys.path if os.path.abspath(path) != _HERE]
    spec = _frozen_importlib_external.PathFinder.find_spec("sitecustomize", paths)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(_frozen_importlib.module_from_spec(spec))


sys.addaudithook(_hook)
_chain()
