"""How a command that runs until it is told to stop is told."""

import signal


def end_when_told() -> None:
    """Let Ctrl-C and a kill end the command in the same good order, by ``KeyboardInterrupt``.

    Said for both: a script that starts it in the background has Ctrl-C ignored, and would never be rid of it.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
