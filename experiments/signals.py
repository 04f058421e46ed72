"""Ctrl-C and SIGTERM that end a batch where it can be ended: they are remembered, and looked at between two blocks."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any

POLL = 0.1  # seconds between looks at a signal


class Stop:
    """While entered, the first Ctrl-C or SIGTERM is remembered and the second raises KeyboardInterrupt.

    Outside the main thread, and for signals that the process was told to ignore, nothing is changed.
    """

    def __init__(self) -> None:
        self.signal_number = 0
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Stop:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                if signal.getsignal(number) not in (signal.SIG_IGN, None):
                    self._before[number] = signal.signal(number, self._receive)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _receive(self, number: int, _frame: FrameType | None) -> None:
        again, self.signal_number = self.signal_number, number
        if again:
            raise KeyboardInterrupt

    def check(self) -> None:
        """Raise KeyboardInterrupt if a signal has come."""
        if self.signal_number:
            raise KeyboardInterrupt
