# The real launcher, where its .venv is as it leaves it: else it would make a new one under the test that runs here.
cmp -s "$ROOT/requirements/dev.txt" "$ROOT/.venv/soken-dev.stamp" || lacks "a .venv that the launcher has made (./soken test)"
