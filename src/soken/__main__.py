"""``python -m soken`` is the ``soken`` command."""

from soken.commands.main import run

run()
