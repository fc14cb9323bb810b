# The two of one name have a dossier each, and turn out to be one; the run that joins them is shown.
for person in P-8XPS-7R6F-8B4A P-HRF9-8Y9G-SXN8; do soken dossier open $person $in --by aoki; done
soken review judge E-85fe1f1ecaad:5 E-85fe1f1ecaad:6 $in --verdict same --reason same-source --note "One entry" --by aoki
soken resolve $in --accept
soken persons list $in
