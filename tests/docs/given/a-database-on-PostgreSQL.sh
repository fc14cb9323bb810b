# An installation on PostgreSQL, backed up as the page says, and a server that has room for a second database.
beside "a PostgreSQL server" tests.docs.server
if [ -z "$lacking" ]; then
  rm -r monday.soken restored
  export PGHOST=127.0.0.1 PGUSER=postgres PGPORT="${address##*:}"
  export SOKEN_HOME="$PWD/on-postgresql" SOKEN_DATABASE_URL="$address/postgres" FROM_NOTHING=1
  soken operation new "Operation Tanuki"
  soken backup --out monday.soken --to "$public"
fi
