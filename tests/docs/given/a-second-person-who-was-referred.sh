# Another person of the list, worked on to the end by the same people, and sent to the prosecutors' office; one whom two people
# have confirmed to be 13; and one in another operation.
in="--operation operation-tanuki"
other=P-7W5G-TF3R-G6RM child=P-DFM0-HE61-YT2W
for person in $other $child; do
  soken dossier open $person $in --by aoki
  soken dossier screen $person $in --reason items-covered --by aoki
  soken dossier review $person $in --by baba
  soken dossier advance $person $in --to screened --by baba
done
for name in aoki chiba; do
  soken dossier confirm $other $in --basis "Register" --born-on 1984-02-03 --by $name
  soken dossier confirm $child $in --basis "Register" --born-on "$(date -d '-13 years -6 months' +%F)" --by $name
done
soken dossier role $other $in --role user --basis "Took the parcels in" --by aoki
for kind in name-used-by-another card-theft household-member wrong-join; do
  soken dossier rival $other $in --kind $kind --why "Is asked of everybody" --by aoki
  soken dossier rival $other $in --kind $kind --result "Nothing speaks for it" --by aoki
done
soken dossier exhibit $other $in --number B-1 --origin bank --obtained-on "$(date +%F)" --by aoki
soken dossier exhibit $other $in --number B-2 --origin search --obtained-on "$(date +%F)" --by chiba
soken dossier exhibit $other $in --number B-3 --origin examination --obtained-on "$(date +%F)" --by chiba
soken dossier corroborate $other $in --kind payment --exhibit B-1 --by aoki
soken dossier element $other $in --element possession --exhibit B-2 --shown-on "$(date +%F)" --by chiba
for element in material purpose will clear; do
  soken dossier element $other $in --element $element --exhibit B-3 --by chiba
done
soken priority assess $other $in --answer access-work=no --by aoki
soken dossier own $other $in --force tokyo --reason "Lives there" --by baba
soken track allege $other $in --offence 7-1 --last-on "$(date +%F)" --basis "Held at home" --by chiba
soken dossier elsewhere $other $in --by chiba
soken dossier welfare $other $in --risks "None known" --measures "At a time that suits" --afterwards "A call" \
  --good-until "$(date -d '+30 days' +%F)" --by chiba
soken dossier advance $other $in --to assigned --by baba
soken dossier advance $other $in --to under-investigation --by chiba
soken dossier advance $other $in --to ready-for-action --by baba
soken referral send $other $in --kind papers --office tokyo --reference 2026-43 --on "$(date +%F)" --liaison doi --by baba
soken operation new "Operation Kitsune"
soken user new eda --role analyst --operation operation-kitsune
soken user new hida --role investigator --operation operation-tanuki --operation operation-kitsune
soken intake docs/examples/customers.csv --operation operation-kitsune
soken resolve --operation operation-kitsune
soken dossier open P-RBP4-WBZP-9690 --operation operation-kitsune --by eda
for name in eda hida; do
  soken dossier confirm P-RBP4-WBZP-9690 --operation operation-kitsune --basis "Register" --born-on 1981-04-02 --by $name
done
