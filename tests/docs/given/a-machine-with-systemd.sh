# The root of a machine that is not running: units are installed and switched on there, and nowhere else.
mkdir -p machine/etc/systemd/system
ln -s "$ROOT/deploy" deploy
command -v systemctl >/dev/null || lacks "systemd (systemctl)"
