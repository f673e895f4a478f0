"""A port as commands take it."""

import argparse


def port_number(text: str) -> int:
    """A port to listen on; 0 takes any that is free.

    :raises argparse.ArgumentTypeError: it is none, which is wrong usage.
    """
    if not (text.isascii() and text.isdecimal() and int(text) < 1 << 16):
        raise argparse.ArgumentTypeError(f"{text!r} is no port; choose one from 1024 to 65535")
    return int(text)
