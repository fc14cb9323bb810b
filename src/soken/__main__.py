"""``python -m soken`` is the ``soken`` command."""

import sys

try:
    from soken.commands.main import run
except KeyboardInterrupt:
    # Loading takes a moment, in which nothing is begun yet.
    sys.exit(130)

run()
