"""Every test runs in a home of its own making; the user's home is never touched."""

import os
import tempfile

os.environ["SOKEN_HOME"] = tempfile.mkdtemp(prefix="soken-test-")
