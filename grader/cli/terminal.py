"""A terminal for a screen that stays: another buffer, keys without Enter, news of its size; all of it given back at the end."""

import errno
import os
import re
import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn, Self

from rich.text import Text

from grader.cli.screen import out

_KEY = re.compile(r"\x1b\[[0-9;]*[A-Za-z~]|\x1bO[A-Za-z]|.", re.DOTALL)
"""A key as a terminal sends it: an escape sequence or a character."""
_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l\x1b[?7l", "\x1b[?7h\x1b[?25h\x1b[?1049l"
"""The other buffer, no cursor, no wrapping at the right margin (xterm's control sequences; a terminal that knows one not ignores it)."""


class Terminal:
    """The terminal on stdin and stdout. Ctrl-C still interrupts; Ctrl-Z does nothing, for a stopped screen could not give it back."""

    def __init__(self) -> None:
        self._keys = sys.stdin.fileno()
        self._woken, self._wake = os.pipe()
        for descriptor in (self._woken, self._wake):
            os.set_blocking(descriptor, False)
        self.descriptors = [self._keys, self._woken]
        """Readable when a key was pressed or the size has changed."""

    @property
    def size(self) -> os.terminal_size:
        """As it is now, whatever COLUMNS and LINES say; a terminal that does not know its size is taken for a VT100."""
        columns, lines = os.get_terminal_size(sys.stdout.fileno())
        return os.terminal_size((columns or 80, lines or 24))

    def keys(self, descriptor: int) -> list[str]:
        """The keys that have come; none when the size has changed. Ctrl-D when the terminal is gone."""
        try:
            data = os.read(descriptor, 1 << 10)
        except OSError as error:
            if error.errno != errno.EIO:  # what a terminal says that was hung up
                raise
            data = b""
        if descriptor != self._keys:
            return []
        return _KEY.findall(data.decode("utf-8", "replace")) if data else ["\x04"]

    def paint(self, lines: list[Text]) -> None:
        """Show these, as many of the last as fit, in one write."""
        console = out()
        console.width, height = self.size
        painted = []
        for line in lines[-height:]:
            with console.capture() as capture:
                console.print(line, no_wrap=True, overflow="crop", end="")
            painted.append(capture.get() + "\x1b[K")
        sys.stdout.write("\x1b[H" + "\r\n".join(painted) + "\x1b[J")
        sys.stdout.flush()

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Give the terminal back for a while: to a command that prints, or an editor."""
        self._leave()
        try:
            yield
        finally:
            self._enter()

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, _end) for number in (signal.SIGTERM, signal.SIGHUP)}
        self._before[signal.SIGWINCH] = signal.signal(signal.SIGWINCH, lambda *_: None)
        self._wakeup = signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        self._settings = termios.tcgetattr(self._keys)
        self._enter()
        return self

    def __exit__(self, *_: object) -> None:
        self._leave()
        signal.set_wakeup_fd(self._wakeup)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._woken)
        os.close(self._wake)

    def _enter(self) -> None:
        settings = termios.tcgetattr(self._keys)
        settings[3] &= ~(termios.ICANON | termios.ECHO)
        settings[6][termios.VMIN], settings[6][termios.VTIME] = 1, 0
        settings[6][termios.VSUSP] = os.fpathconf(self._keys, "PC_VDISABLE").to_bytes(1, "big")
        termios.tcsetattr(self._keys, termios.TCSADRAIN, settings)
        sys.stdout.write(_ENTER)
        sys.stdout.flush()

    def _leave(self) -> None:
        termios.tcsetattr(self._keys, termios.TCSADRAIN, self._settings)
        sys.stdout.write(_LEAVE)
        sys.stdout.flush()


def _end(number: int, frame: FrameType | None) -> NoReturn:
    """Told to end: as every exit, through what has to be tidied."""
    raise SystemExit(128 + number)
