#!/bin/sh
# stock-servers.sh FOLDER: memcached and redis-server of Debian's sources, unchanged, linked static with musl, for `ringside exec --client` and the tests
# of src/cli/exec-net.test.ts. Needs musl-gcc, make, dpkg-dev and sources that `apt-get source` finds (deb-src).
set -e
out=$(mkdir -p "$1" && cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get source -qq memcached libevent redis
# musl-gcc knows no headers but musl's; those of the kernel are Debian's.
# Debian's patches are newer than what automake made of the sources before them; that is still good, and nothing is to make it again.
export ACLOCAL=: AUTOCONF=: AUTOHEADER=: AUTOMAKE=:
export CC=musl-gcc CFLAGS='-O2 -idirafter /usr/include -idirafter /usr/include/x86_64-linux-gnu'
(cd libevent-*/ && ./configure --quiet --disable-shared --disable-openssl --disable-samples --disable-libevent-regress --prefix="$work/libevent" &&
	make -s install)
(cd memcached-*/ && ./configure --quiet --disable-docs --disable-coverage --with-libevent="$work/libevent" LDFLAGS=-static && make -s memcached &&
	strip memcached && cp memcached "$out")
(cd redis-*/ && make -s -C src CC="$CC" CFLAGS="$CFLAGS" LDFLAGS=-static MALLOC=libc USE_SYSTEMD=no BUILD_TLS=no redis-server &&
	strip src/redis-server && cp src/redis-server "$out")
