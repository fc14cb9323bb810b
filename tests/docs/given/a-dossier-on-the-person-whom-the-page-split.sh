# Opened before the run is shown that parts them.
in="--operation operation-tanuki"
soken dossier open P-DFM0-HE61-YT2W $in --by aoki
