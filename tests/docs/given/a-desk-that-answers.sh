# A desk on loopback, with an operation, a person with a dossier, and somebody who may read.
soken operation new Kingfisher
soken user new aoki --role analyst --operation kingfisher
soken intake docs/examples/customers.csv --operation kingfisher
soken resolve --operation kingfisher
person=$(soken persons list --operation kingfisher --limit 1 --json | grep -o 'P-....-....-....')
soken dossier open "$person" --operation kingfisher --by aoki
printf 'fail-with-body\nsilent\nshow-error\n' >"$HOME/.curlrc" # an answer that refuses ends the page
FROM_NOTHING=1 soken serve --port "$port" --workers 1 &
answers "http://127.0.0.1:$port/health" $!
