# Tokyo has a list and two persons of its own; Osaka an operation; each has people, and Tokyo trusts Osaka's keys.
mkdir installations
cp -r "$SOKEN_HOME" installations/osaka
here=tokyo

soken operation new Heron
soken user new aoki --role investigator --force tokyo --operation heron
for reviewer in baba chiba; do soken user new $reviewer --role reviewer --force tokyo --operation heron; done
soken intake docs/examples/customers.csv --operation heron
soken resolve --operation heron
people=($(soken persons list --operation heron --limit 2 --json | grep '"person"' | grep -o 'P-....-....-....'))
for person in "${people[@]}"; do
  soken dossier open "$person" --operation heron --by aoki
  soken dossier own "$person" --operation heron --force tokyo --reason "Lived there" --by baba
done
person="${people[0]}"

at osaka
soken operation new Heron
soken user new edo --role investigator --force osaka --operation heron
for reviewer in fuji goto; do soken user new $reviewer --role reviewer --force osaka --operation heron; done
fingerprint=$(soken handover key --name "Osaka" --out osaka.card)

at tokyo
soken handover trust add Osaka --card osaka.card --fingerprint "$fingerprint" --by baba
soken handover trust compare Osaka --fingerprint "$fingerprint" --by chiba
fingerprint=$(soken handover key --name "Tokyo MPD" --out known.card)
