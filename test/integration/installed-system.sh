#!/bin/sh
# Installs a .deb for real on a copy of this system that is thrown away: an overlay in a mount namespace of its own.
# $1: the .deb; what stands after each step is printed for the test to read. Needs root (overlayfs, chroot).
set -e
work=$(mktemp -d)
mount -t tmpfs tmpfs "$work"
mkdir "$work/upper" "$work/work" "$work/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" "$work/root"
mount -t proc proc "$work/root/proc"
mount --bind /dev "$work/root/dev"
cp "$1" "$work/root/root/package.deb"
chroot "$work/root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin sh -e <<'INSIDE'
# What the package depends on may not be here (X, openbox); that it is asked for is another test.
dpkg --force-depends -i /root/package.deb >/dev/null 2>&1
echo "current: $(readlink /opt/pingjiaqi/current)"
echo "user: $(id -un pingjiaqi) groups: $(id -Gn pingjiaqi)"
echo "data: $(stat -c '%U %a' /var/lib/pingjiaqi)"
echo "version: $(pingjiaqi --version)"
echo "again: $(dpkg --force-depends -i /root/package.deb >/dev/null 2>&1 && readlink /opt/pingjiaqi/current)"
pingjiaqi browser-policy --data /var/lib/pingjiaqi >/dev/null
echo '{}' > /etc/chromium/policies/managed/pingjiaqi.page.json
echo kept > /var/lib/pingjiaqi/ledger.db
dpkg -P pingjiaqi 2>/dev/null | sed -n 's/^pingjiaqi: /told: /p' | head -n 1
echo "ledger: $(cat /var/lib/pingjiaqi/ledger.db)"
echo "left: $(ls /usr/lib/systemd/system /usr/lib/udev/rules.d /usr/bin /etc/chromium/policies/managed 2>/dev/null | grep -c pingjiaqi || true)"
INSIDE
