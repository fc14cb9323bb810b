# A dossier on the person whom the page split, and the run that shows the split.
in="--operation operation-tanuki"
soken dossier open P-DFM0-HE61-YT2W $in --by aoki
soken resolve $in --accept
soken dossier rows P-DFM0-HE61-YT2W $in --by aoki
