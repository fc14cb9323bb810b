"""A service that vouches over OpenID Connect, on a port of loopback, until it is stopped."""

from __future__ import annotations

import sys
import threading

from oidc_provider_mock import User, run_server_in_thread

if __name__ == "__main__":
    with run_server_in_thread(int(sys.argv[1]), user_claims=[User(sub="7c1e", claims={"name": "Aoki"})]):
        threading.Event().wait()
