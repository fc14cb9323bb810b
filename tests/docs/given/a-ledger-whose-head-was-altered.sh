# Somebody with the database in hand takes down what refuses to change the head, sets it back, and puts all up again.
"$python" - "$SOKEN_HOME/soken.sqlite3" <<'ALTER'
import sqlite3, sys
con = sqlite3.connect(sys.argv[1])
up = con.execute("select name, sql from sqlite_master where type = 'trigger' and tbl_name = 'ledger_entry_head'").fetchall()
for name, _sql in up:
    con.execute(f'drop trigger "{name}"')
con.execute("update ledger_entry_head set seq = seq - 1")
for _name, sql in up:
    con.execute(sql)
con.commit()
ALTER
