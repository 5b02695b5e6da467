"""What happens when a plugin's module is imported?

An import runs code that nobody here wrote: it may raise anything, ask to exit, or never end. So it runs on a thread of its
own with a deadline, once; what failed is remembered, and not tried again.
"""

import ctypes
import sys
import threading
from importlib import import_module
from typing import Any

import attrs

__all__ = ("Import", "Imports", "UnusableError")

DEADLINE = 10.0
"""Seconds that an import may take."""
FIRST_INTERRUPT, LAST_INTERRUPT = 0.25, 32.0
"""Seconds between the exceptions raised in an import that was given up, doubling."""


class UnusableError(Exception):
    """A plugin cannot be imported; the text says why."""


@attrs.define(eq=False)
class Import:
    """One import, under way or done.

    Attributes:
        path: `module:Class`.
        found: The class.
        reason: Why there is none.
        done: Set at the end.
        thread: Where it runs.
    """

    path: str
    found: Any = None
    reason: str | None = None
    done: threading.Event = attrs.field(factory=threading.Event)
    thread: threading.Thread | None = None

    def run(self) -> None:
        """Import it; whatever the module raises is a failure of this plugin and of nothing else."""
        module, _, qualname = self.path.partition(":")
        try:
            found = _inside(import_module(module), qualname)
        except BaseException as error:  # noqa: BLE001 - this thread runs nothing but the plugin's own code
            self.reason = self.reason or described(error)
        else:
            self.found = found
        finally:
            self.done.set()

    def give_up(self, reason: str) -> None:
        """Wait for it no longer; a module that computes for ever is interrupted."""
        self.reason = reason
        self.done.set()
        threading.Thread(target=self._interrupt, name=f"connectsdk gives up {self.path}", daemon=True).start()

    def _interrupt(self) -> None:
        """Raise an exception in its thread, after pauses that double: the module may catch the first ones."""
        thread, pause = self.thread, FIRST_INTERRUPT
        while thread is not None and thread.is_alive() and pause <= LAST_INTERRUPT:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(thread.ident or 0), ctypes.py_object(SystemExit)
            )
            thread.join(pause)
            pause *= 2


@attrs.define(eq=False)
class Imports:
    """Imports by path, each made once.

    Attributes:
        deadline: Seconds that one may take.
    """

    deadline: float = DEADLINE
    _known: dict[str, Import] = attrs.field(factory=dict)
    _lock: threading.Lock = attrs.field(factory=threading.Lock)

    def begin(self, path: str) -> Import:
        """Begin to import a path, unless that has been done; do not wait."""
        with self._lock:
            if path in self._known:
                return self._known[path]
            started = self._known[path] = Import(path)
        started.thread = threading.Thread(target=started.run, name=f"connectsdk import {path}", daemon=True)
        started.thread.start()
        return started

    def ready(self, path: str) -> bool:
        """Return whether `get` returns or raises at once."""
        return _loaded(path) is not None or (path in self._known and self._known[path].done.is_set())

    def get(self, path: str) -> Any:
        """Return what is at `module:Class`; wait for it as long as the deadline says.

        Raises:
            UnusableError: If it cannot be imported.
        """
        loaded = _loaded(path)
        if loaded is not None:
            return loaded
        wanted = self.begin(path)
        if not wanted.done.wait(self.deadline):
            wanted.give_up(f"it was not imported within {self.deadline:g} s")
        if wanted.reason is not None:
            raise UnusableError(wanted.reason)
        return wanted.found


def _inside(module: Any, qualname: str) -> Any:
    found = module
    for part in qualname.split("."):
        found = getattr(found, part)
    return found


def _loaded(path: str) -> Any:
    """Return what is there already, without another import; it may be in a module that is just being imported."""
    module, _, qualname = path.partition(":")
    try:
        return _inside(sys.modules[module], qualname)
    except (KeyError, AttributeError):
        return None


def described(error: BaseException) -> str:
    """Return an exception's type and text, whatever its own methods do."""
    try:
        return f"{type(error).__name__}: {error}"
    except BaseException:  # noqa: BLE001 - a plugin's exception may be of its own making
        return type(error).__name__
