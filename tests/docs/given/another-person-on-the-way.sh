# The other of Tokyo's persons was sent to Osaka, which has said that the file arrived.
there="$here"
at tokyo
person="${people[1]}"
handover=$(soken handover prepare "$person" --operation heron --peer Osaka --to osaka --reason "Has moved" \
  --form form5.toml --by aoki --json | grep -o '"H-[^"]*' | tr -d '"' | head -1)
soken handover approve "$handover" --operation heron --by baba
soken handover send "$handover" --operation heron --out "$handover.age" --by aoki
at osaka
soken handover take-in "$handover.age" --operation heron --by edo
soken handover receive "$handover" --operation heron --out "$handover-receipt.age" --by edo
at "$there"
