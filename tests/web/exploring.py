"""Has atheris look for pages that take new ways through what reads and interprets them, from real ones on.

``python exploring.py SECONDS FOLDER`` keeps them in FOLDER. It ends with an error at the first page that goes beyond
the bounds of ``fuzzing.py``; that one lies in the working directory.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["indieweb", "mf2py", "mf2util"]):
    import fuzzing

if __name__ == "__main__":
    seconds, folder = sys.argv[1:]
    for number, page in enumerate(fuzzing.corpus()):
        (Path(folder) / f"real-{number}").write_bytes(page)
    options = [f"-max_total_time={seconds}", "-max_len=65536", "-rss_limit_mb=0", "-print_final_stats=1", folder]
    atheris.Setup([sys.argv[0], *options], fuzzing.weighed)
    fuzzing.limit_memory()
    atheris.Fuzz()
