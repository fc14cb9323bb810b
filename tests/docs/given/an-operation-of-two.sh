# Somebody who enters, and two who release.
soken operation new Kingfisher
soken user new aoki --role analyst --operation kingfisher
for reviewer in baba chiba; do soken user new $reviewer --role reviewer --operation kingfisher; done
