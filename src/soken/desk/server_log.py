"""What the server itself logs: through the desk's own handler, which lets no value of a request pass."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger


class ServerLog(Logger):  # type: ignore[misc]
    """Gunicorn's log without a handler of its own: of a malformed request that would write the line, query and all."""

    def setup(self, cfg: Any) -> None:
        """Take the server's settings; hand every record on."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
        self.error_log.propagate = True
        self.access_log.propagate = False

    def critical(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Say what ends the server, and from where: by that `soken.desk.logs` knows what may be told."""
        self.error_log.critical(msg, *args, stacklevel=2, **kwargs)

    def error(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Say what went wrong, and from where."""
        self.error_log.error(msg, *args, stacklevel=2, **kwargs)

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Say what may go wrong, and from where."""
        self.error_log.warning(msg, *args, stacklevel=2, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Say what failed, and from where."""
        self.error_log.exception(msg, *args, stacklevel=2, **kwargs)
