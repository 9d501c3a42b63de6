# SPDX-License-Identifier: MIT
"""ending.py - how every tool ends when the user stops it.

    if __name__ == "__main__":
        ending.run(main)

Ctrl-C, and a reader that has closed the pipe (`make compare | head`), end it
with the status that a shell gives them, and without a traceback.
"""

import os
import signal
import sys


def run(main):
    """Runs main(), which may end by sys.exit()."""
    try:
        try:
            main()
        finally:
            sys.stdout.flush()  # here, and not after the last handler
    except KeyboardInterrupt:
        stop(signal.SIGINT)
    except BrokenPipeError:
        stop(signal.SIGPIPE)


def stop(number):
    """Ends as the signal would have ended it; what is left unwritten is dropped."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(128 + number)
