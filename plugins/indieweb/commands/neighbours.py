"""``neighbours``: watch two homes on this machine hold a conversation."""

import argparse
import shutil
import time

from indieweb.commands._ending import end_when_told
from indieweb.neighbours.play import STEPS, set_stage
from indieweb.settings import Settings

HELP = "two homes on this machine hold a conversation by the real protocol"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument(
        "--once", action="store_true", help="end when the conversation has, instead of keeping both sites open"
    )


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Play every step, then leave both sites standing until Ctrl-C."""
    end_when_told()
    folder = settings.cache / "neighbours"
    shutil.rmtree(folder, ignore_errors=True)
    play = set_stage(settings.home, folder)
    try:
        for number, step in enumerate(STEPS, 1):
            print(f"{number}/{len(STEPS)}  {step(play)}.", flush=True)
        if not arguments.once:
            print(f"\nSee them both: {play.article} and {play.hillside.siteurl}/\nCtrl-C ends it.", flush=True)
            while True:
                time.sleep(3600)
    except KeyboardInterrupt:
        print()
    finally:
        for house in play.houses:
            house.close_doors()
    return 0
