# The file of the page in its place, with what lies beside it; the service answers on loopback.
"$python" -m tests.docs.vouches "$port" &
answers "http://127.0.0.1:$port/.well-known/openid-configuration" $!
mkdir -p "$SOKEN_HOME/keys"
sed "s#https://id.police.example#http://127.0.0.1:$port#" sign-in.toml >"$SOKEN_HOME/keys/sign-in.toml"
echo "an invented secret" >"$SOKEN_HOME/keys/police-id.secret"
chmod 600 "$SOKEN_HOME/keys/"*
export FROM_NOTHING=1 # services are read when a command begins
