# A server on loopback with the roles and the database that the page makes.
beside "a PostgreSQL server" tests.docs.server
if [ -z "$lacking" ]; then
  export PGHOST=127.0.0.1 PGPORT="${address##*:}" FROM_NOTHING=1
  psql -q -U postgres -d postgres -c "create role soken login" -c "create role soken_desk login" \
    -c "create database soken owner soken encoding 'UTF8' locale 'C.UTF-8' template template0"
fi
